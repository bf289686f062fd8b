import * as command from "@pulumi/command";
import type * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import type { Context } from "./context";

/**
 * Arguments are the directories. `alluxio fs mkdir` refuses one that is there, and makes none of those after it: then each
 * is looked at by itself, at the price of two more JVMs a directory.
 */
const MAKE_MISSING = [
  'alluxio fs mkdir "$@" >/dev/null 2>&1 && exit',
  'for path do alluxio fs test -d "$path" || alluxio fs mkdir "$path" || exit; done',
].join("; ");

/**
 * Makes the Alluxio directories that mounts and data sets need, where they are missing: a journal that was kept has them
 * already, and so has an earlier spec of this stack. There is nothing to read back, for what is in the directories belongs
 * to the users.
 */
export function createPaths(
  context: Context,
  after: readonly pulumi.Input<pulumi.Resource>[],
  containers: ReadonlyMap<string, docker.Container>,
): command.local.Command | undefined {
  const { plan, dockerHost } = context.args;
  if (plan.alluxioPaths.length === 0) return undefined;
  const master = containers.get(plan.processes[0]!.name)!;
  return new command.local.Command(
    `${context.name}-paths`,
    {
      // Names and paths come as variables, so that no shell reads them as code.
      create: `IFS=:; timeout -s KILL 300 docker exec "$MASTER" sh -c '${MAKE_MISSING}' sh $ALLUXIO_PATHS`,
      environment: {
        MASTER: master.name,
        ALLUXIO_PATHS: plan.alluxioPaths.join(":"),
        ...(dockerHost === undefined ? {} : { DOCKER_HOST: dockerHost }),
      },
    },
    context.options("command", after),
  );
}
