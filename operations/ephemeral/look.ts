import { UserError } from "../../provider/rpc/resource";
import { CLUSTER_ID_LABEL, type DockerTransport } from "../../provider/transports/docker";
import type { Ledger, Observed } from "./observed";

/** Cluster id of the short-lived container that looks at the machine for all clusters. */
const NO_CLUSTER = "ephemeral";

/** One `ledger`, then its labels, roots and mount points, a line each. */
const READ_LEDGERS = `cd /run/alluxio-pulumi 2>/dev/null || exit 0
for labels in */labels; do
  [ -e "$labels" ] || continue
  id=\${labels%/labels}
  printf 'ledger %s\\n' "$id"
  sed 's/^/label /' "$labels"
  for path in "$id"/*/path; do
    [ -e "$path" ] || continue
    sed 's/^/root /' "$path"
    sed 's/^/mount /' "\${path%/path}/mount-points"
  done
done
exit 0
`;

/**
 * Everything of this project's on a Docker daemon and its machine.
 * @param image of the short-lived container that reads the machine's ledgers; without one they are not read
 * @throws UserError where Docker does not answer
 */
export async function look(docker: DockerTransport, image: string | undefined): Promise<Omit<Observed, "folders">> {
  const containers = await docker.containers({ label: [CLUSTER_ID_LABEL] });
  const at = containers[0]?.image ?? image;
  const [networks, volumes, ledgers] = await Promise.all([
    docker.networks(CLUSTER_ID_LABEL),
    docker.volumes(CLUSTER_ID_LABEL),
    at === undefined ? [] : readLedgers(docker, at),
  ]);
  return {
    containers: containers.map(({ state, ...container }) => ({ ...container, running: state === "running" })),
    networks,
    volumes: volumes.map(({ name, labels }) => ({ id: name, name, labels })),
    ledgers,
  };
}

async function readLedgers(docker: DockerTransport, image: string): Promise<Ledger[]> {
  const { code, stdout, stderr } = await docker.runOnHost(image, NO_CLUSTER, READ_LEDGERS);
  if (code !== 0) throw new UserError(`the ledgers of this machine cannot be read: ${stderr.trim()}`);
  return parseLedgers(stdout);
}

export function parseLedgers(text: string): Ledger[] {
  const ledgers: {
    clusterId: string;
    labels: Record<string, string>;
    roots: { path: string; mountPoints: string[] }[];
  }[] = [];
  for (const line of text.split("\n")) {
    const [kind, value] = splitAt(line, " ");
    const ledger = ledgers.at(-1);
    if (kind === "ledger") ledgers.push({ clusterId: value, labels: {}, roots: [] });
    else if (kind === "label" && ledger) {
      const [label, content] = splitAt(value, "=");
      ledger.labels[label] = content;
    } else if (kind === "root") ledger?.roots.push({ path: value, mountPoints: [] });
    else if (kind === "mount" && value !== "") ledger?.roots.at(-1)?.mountPoints.push(value);
  }
  return ledgers;
}

function splitAt(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + separator.length)];
}
