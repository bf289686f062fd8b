import * as pulumi from "@pulumi/pulumi";
import * as alluxio from "../../provider/classes";
import type { FreeNameArgs, NamedKind } from "../../provider/functions/freeName";
import { known } from "../rollout/known";

const KINDS: Readonly<Record<string, NamedKind>> = {
  "docker:index/container:Container": "container",
  "docker:index/network:Network": "network",
  "docker:index/volume:Volume": "volume",
};

/** What the hook reads of the inputs of a container, a network or a volume. */
interface Inputs {
  readonly name: string;
  readonly image?: string;
  readonly driverOpts?: Readonly<Record<string, string>>;
  readonly ports?: readonly { readonly external?: number }[];
}

/**
 * Runs before the docker plugin makes something, never in a preview: a run that was killed, or a person, may have made it
 * already. The plugin itself would fail for a container and a volume of that name, and make a double of a network.
 */
export const freeingNames = (
  cluster: string,
  provider: alluxio.Provider,
  clusterId: pulumi.Output<string>,
): pulumi.ResourceHook =>
  new pulumi.ResourceHook(`${cluster}: is the name free?`, async ({ type, newInputs }) => {
    const kind = KINDS[type];
    if (kind === undefined) return;
    const id = await known(clusterId);
    const { refused } = await alluxio.freeName(argsOf(kind, newInputs as Inputs, id), provider);
    if (refused !== undefined) throw new pulumi.RunError(refused);
  });

function argsOf(kind: NamedKind, { name, image, driverOpts, ports = [] }: Inputs, clusterId: string): FreeNameArgs {
  return {
    kind,
    name,
    clusterId,
    ...(image === undefined ? {} : { image }),
    ...(driverOpts === undefined ? {} : { driverOpts }),
    ports: ports.flatMap(({ external }) => external ?? []),
  };
}
