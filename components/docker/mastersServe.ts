import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type * as alluxio from "../../provider/classes";
import { awaitProcesses } from "../../provider/classes";
import { journalAddresses, mastersIn } from "../plan/quorum";
import type { Context } from "./context";

/** As long as the membership waits for all. */
const MASTERS_SECONDS = 300;

/**
 * What stands for "masters serve" among the dependencies of a resource that needs no worker: of masters that this run has
 * made, one of them as soon as they serve, so that the resource begins while the workers start. Else it is the membership,
 * whose one error tells why they do not.
 */
export function mastersServe(
  context: Context,
  containers: ReadonlyMap<string, docker.Container>,
  membership: alluxio.Membership,
): pulumi.Input<pulumi.Resource> {
  if (pulumi.runtime.isDryRun()) return membership;
  const masters = mastersIn(context.args.plan);
  const servers = masters.map((master) => containers.get(master.name)!);
  return pulumi
    .all([context.clusterId, pulumi.all(servers.map(({ id, name }) => pulumi.all([id, name])))])
    .apply(async ([clusterId, known]): Promise<pulumi.Resource> => {
      const made = await Promise.all(masters.map(({ name }) => context.rollout.isNew(name)));
      if (!made.includes(true)) return membership;
      const asked = awaitProcesses(
        {
          clusterId,
          masters: known.map(([, name]) => name),
          addresses: journalAddresses(context.args.plan),
          processes: masters.map(({ name, role }, i) => ({ name, role, id: known[i]![0] })),
          workers: [],
          timeoutSeconds: MASTERS_SECONDS,
        },
        context.provider,
      );
      const serve = await asked.then(
        ({ problem }) => problem === undefined,
        () => false,
      );
      return serve ? servers[0]! : membership;
    });
}
