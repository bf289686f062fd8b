import { createHash } from "node:crypto";
import { supervisorOf } from "../../components/plan/names";
import type { FuseMountAccess, FuseMountInputs } from "../resources/fuseMount";
import { CLUSTER_ID_LABEL, PROCESS_LABEL, type DockerTransport } from "../transports/docker";
import { SUPERVISE } from "./supervisorScript";

/** The mount point that a supervisor looks after. */
const SUPERVISES_LABEL = "alluxio.supervises";
/** What it runs, digested. */
const SCRIPT_LABEL = "alluxio.supervisor-script";

/** Supervisors as containers: one a mount, in the machine's mount namespace, started again by Docker. */
export function dockerSupervisor(
  docker: DockerTransport,
): Pick<FuseMountAccess, "supervisor" | "supervise" | "dismiss"> {
  const existing = ({ clusterId, mountPoint }: FuseMountInputs) =>
    docker.containers({ label: [`${CLUSTER_ID_LABEL}=${clusterId}`, `${SUPERVISES_LABEL}=${mountPoint}`] });
  const dismiss = async (inputs: FuseMountInputs): Promise<void> => {
    for (const { id } of await existing(inputs)) await docker.discard(id);
  };
  return {
    async supervisor(inputs) {
      const [found] = await existing(inputs);
      if (!found) return "absent";
      if (found.state !== "running") return "stopped";
      return found.labels[SCRIPT_LABEL] === digestOf(argumentsOf(inputs)) ? "running" : "outdated";
    },
    async supervise(inputs) {
      await dismiss(inputs);
      const args = argumentsOf(inputs);
      await docker.startOnHost({
        name: inputs.supervisorName!,
        image: inputs.image,
        script: SUPERVISE,
        args,
        labels: {
          [CLUSTER_ID_LABEL]: inputs.clusterId,
          [PROCESS_LABEL]: supervisorOf(inputs.mount!),
          [SUPERVISES_LABEL]: inputs.mountPoint,
          [SCRIPT_LABEL]: digestOf(args),
        },
        // One that has unmounted at its expiry ends with code 0, and stays so.
        restart: inputs.expires === undefined ? "unless-stopped" : "on-failure",
      });
    },
    dismiss,
  };
}

const argumentsOf = ({ mountPoint, containerId, webPort, expires }: FuseMountInputs): string[] => [
  mountPoint,
  containerId,
  String(webPort),
  expires === undefined ? "" : String(expires),
];

const digestOf = (args: readonly string[]): string =>
  createHash("sha256")
    .update([SUPERVISE, ...args].join("\0"))
    .digest("hex")
    .slice(0, 16);
