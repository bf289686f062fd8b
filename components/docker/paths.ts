import * as command from "@pulumi/command";
import type * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import type { Context } from "./context";

/**
 * Makes the Alluxio directories that mounts and data sets need. It happens once, is safe to repeat and has nothing to
 * read back: what is in the directories belongs to the users.
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
      create: 'IFS=:; timeout -s KILL 120 docker exec "$MASTER" alluxio fs mkdir $ALLUXIO_PATHS',
      environment: {
        MASTER: master.name,
        ALLUXIO_PATHS: plan.alluxioPaths.join(":"),
        ...(dockerHost === undefined ? {} : { DOCKER_HOST: dockerHost }),
      },
    },
    context.options("command", after),
  );
}
