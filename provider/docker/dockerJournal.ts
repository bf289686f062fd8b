import { askQuorum } from "../probes/quorum";
import type { JournalMemberAccess, JournalMemberInputs } from "../resources/journalMember";
import { CLUSTER_ID_LABEL, PROCESS_LABEL, type DockerTransport } from "../transports/docker";

const STOP_GRACE_SECONDS = 15;

/** Quorums of masters that are containers. */
export function dockerJournal(docker: DockerTransport): JournalMemberAccess {
  return {
    quorum: (inputs) => askQuorum(docker, inputs.earlierMasters),
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
