import { parseQuorum } from "../probes/quorum";
import type { JournalMemberAccess, JournalMemberInputs } from "../resources/journalMember";
import { UserError } from "../rpc/resource";
import { CLUSTER_ID_LABEL, PROCESS_LABEL, type DockerTransport } from "../transports/docker";

const STOP_GRACE_SECONDS = 15;
const ASK_SECONDS = 40;

/** Quorums of masters that are containers. */
export function dockerJournal(docker: DockerTransport): JournalMemberAccess {
  return {
    async quorum(inputs) {
      // Any of them may have lost the lead, or just be starting.
      for (const master of inputs.earlierMasters) {
        const members = await ask(docker, master);
        if (members) return members;
      }
      return undefined;
    },
    async start(inputs) {
      await docker.removeContainer(inputs.container, STOP_GRACE_SECONDS);
      await docker.startContainer({
        name: inputs.container,
        image: inputs.image,
        ...(inputs.entrypoint ? { entrypoint: inputs.entrypoint } : {}),
        command: inputs.command,
        environment: inputs.environment,
        hostname: inputs.hostname,
        network: inputs.network,
        alias: inputs.hostname,
        volumes: inputs.volumes,
        labels: { [CLUSTER_ID_LABEL]: inputs.clusterId, [PROCESS_LABEL]: `joining-${inputs.hostname}` },
      });
    },
    remove: (inputs: JournalMemberInputs) => docker.removeContainer(inputs.container, STOP_GRACE_SECONDS),
  };
}

async function ask(docker: DockerTransport, master: string): Promise<Record<string, boolean> | undefined> {
  try {
    const answer = await docker.run(master, "alluxio fsadmin journal quorum info -domain MASTER", [], ASK_SECONDS);
    return parseQuorum(answer.stdout);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
