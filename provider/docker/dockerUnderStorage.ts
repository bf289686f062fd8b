import { randomBytes } from "node:crypto";
import { askLeader } from "../probes/leader";
import { LOOK_AT_UNDER_STORAGE, LOOK_SECONDS, parseSight, parseStartFailure } from "../probes/underStorage";
import type { Sight, UnderStorageAccessInputs, UnderStorageProbe } from "../resources/underStorageAccess";
import { orInstead } from "../rpc/resource";
import type { DockerTransport } from "../transports/docker";

/** For the shell around the request. */
const GRACE_SECONDS = 10;
/** As much as one attempt of a master to start writes. */
const LOG_LINES = 120;

/** Asks through the leading master of a cluster whose processes are containers. */
export function dockerUnderStorage(docker: DockerTransport): UnderStorageProbe {
  return {
    async look(inputs) {
      // A master whose container is between two starts leads as little as one that does not answer.
      const leader = await orInstead(
        () => askLeader(docker, inputs.masters, inputs.masterWebPort),
        () => undefined,
      );
      if (!leader) return startFailure(inputs);
      const path = `/.alluxio-pulumi-${randomBytes(8).toString("hex")}`;
      const args = [String(inputs.masterWebPort), path];
      const { stdout } = await docker.run(leader.master, LOOK_AT_UNDER_STORAGE, args, LOOK_SECONDS + GRACE_SECONDS);
      return parseSight(stdout);
    },
  };

  async function startFailure({ masters }: UnderStorageAccessInputs): Promise<Sight | undefined> {
    for (const master of masters) {
      const container = await docker.inspect(master);
      // One that has just been started again may well succeed this time.
      if (!container || (container.State.Running && !container.State.Restarting)) continue;
      const failure = parseStartFailure(await docker.logs(master, LOG_LINES));
      if (failure) return failure;
    }
    return undefined;
  }
}
