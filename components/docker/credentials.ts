import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import * as alluxio from "../../provider/classes";
import { seal } from "../../provider/sealing";
import { readsCredentials } from "../plan/credentials";
import { mastersIn } from "../plan/quorum";
import type { VolumePlan } from "../plan/types";
import type { Context } from "./context";

/** Credentials of the root under storage. */
export interface Credentials {
  /** Option → the config key that holds its secret. */
  readonly keys: Readonly<Record<string, string>>;
  /** Option → the secret. */
  readonly values: pulumi.Output<Record<string, string>>;
}

const ROOT_UFS = "alluxio.master.mount.table.root.ufs";

/** The volume through which the credentials reach the masters. */
export function createCredentials(context: Context, volume: VolumePlan): alluxio.Credentials {
  const { plan, imageId, credentials } = context.args;
  if (!credentials) throw new Error("the plan has credentials, and nobody gave them");
  const sealed = credentials.values.apply(async (values) => {
    const { publicKey } = await alluxio.sealingKey(context.provider);
    return Object.fromEntries(Object.entries(values).map(([option, value]) => [option, seal(value, publicKey)]));
  });
  return new alluxio.Credentials(
    `${context.name}-${volume.name}`,
    {
      clusterId: context.clusterId,
      volumeName: context.physical(volume.name),
      labels: Object.fromEntries(context.labels.map(({ label, value }) => [label, value])),
      image: imageId,
      properties: Object.fromEntries(
        mastersIn(plan)
          .filter(readsCredentials)
          .map((master) => [master.name, master.properties]),
      ),
      credentials: sealed,
    },
    context.options("alluxio"),
  );
}

/** The proof that the under storage takes them, before anything depends on it. */
export function createUnderStorageAccess(
  context: Context,
  containers: ReadonlyMap<string, docker.Container>,
): alluxio.UnderStorageAccess | undefined {
  const { plan, credentials } = context.args;
  if (!credentials) return undefined;
  const masters = mastersIn(plan);
  const made = masters.map((master) => containers.get(master.name)!);
  return new alluxio.UnderStorageAccess(
    `${context.name}-under-storage-access`,
    {
      clusterId: context.clusterId,
      masters: made.map((container) => container.name),
      masterWebPort: masters[0]!.healthPort,
      containers: Object.fromEntries(masters.map((master, i) => [master.name, made[i]!.id])),
      uri: masters[0]!.properties[ROOT_UFS]!,
      credentials: { ...credentials.keys },
    },
    context.options("alluxio", made),
  );
}
