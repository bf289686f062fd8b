import { createInterface } from "node:readline/promises";
import { judge, stateToken } from "../components/plan/confirmation";
import type { Consequence } from "../components/plan/consequences";
import { physicalName } from "../components/plan/names";
import { JOURNAL_FOLDER } from "../components/plan/quorum";
import { shellQuoted } from "../components/plan/shellQuote";
import type { ClusterPlan } from "../components/plan/types";
import { unpersistedLoss, type UnpersistedSight } from "../components/plan/unpersisted";
import { journalVolume } from "../components/plan/volumes";
import { maskText } from "../components/spec/secrets";
import { endingCluster, lossAtEnd } from "../operations/lossAtEnd";
import { UserError } from "../provider/rpc/resource";
import { layout } from "../scripts/environment.cjs";
import { Pulumi } from "../scripts/pulumi";
import { recover } from "../scripts/recovery";
import { SetupProblem } from "../scripts/setup/problem";
import { readState } from "./deployment";
import { readSecretConfig } from "./secretConfig";
import { EXIT, type ExitCode, type Terminal } from "./terminal";

const ROOT_UNDER_STORAGE = "alluxio.master.mount.table.root.ufs";

interface DownOptions {
  readonly stack: string;
  /** Nobody is asked. */
  readonly yes: boolean;
  /** Losses of files that are accepted, as they were named. */
  readonly confirm: readonly string[];
}

/** @throws UserError where the stack is not up, or nobody can be asked and `yes` is not given */
export async function down({ stack, yes, confirm }: DownOptions, terminal: Terminal): Promise<ExitCode> {
  const { deployment, exported } = await readState(terminal.project, stack);
  const clusterId = deployment.clusterId;
  const plan = deployment.plan as ClusterPlan;
  const sight = await lossAtEnd(endingCluster(exported), (_, keys) => readSecretConfig(terminal.project, stack, keys));
  const losses = filesLost(sight, stateToken(clusterId, plan));
  terminal.out(`${whatDestroyDoes(stack, clusterId, plan, sight)}\n`);
  const refused = losses.filter(({ confirmation }) => !confirm.includes(confirmation));
  if (refused.length > 0 && (yes || !process.stdin.isTTY)) {
    for (const { confirmation } of refused)
      terminal.err(`alluxioctl: refused: to accept it, add --confirm ${shellQuoted(confirmation)}\n`);
    terminal.out("Nothing was touched.\n");
    return EXIT.wrong;
  }
  if (!yes && !(await isConfirmed(stack, refused))) {
    terminal.out("Nothing was touched.\n");
    return EXIT.wrong;
  }
  try {
    const pulumi = new Pulumi(layout(terminal.project), stack);
    await recover(pulumi, stack, (line) => terminal.out(`${line}\n`));
    await pulumi.show("destroy", "--yes", "--skip-preview");
    return EXIT.fine;
  } catch (error) {
    if (!(error instanceof SetupProblem)) throw error;
    terminal.err(`alluxioctl: ${error.message}\n`);
    return EXIT.wrong;
  }
}

/** @param sight absent: there never was a cache */
const filesLost = (sight: UnpersistedSight | undefined, token: string) =>
  sight === undefined ? [] : judge(unpersistedLoss(sight), [], token).refused;

/** What is in the volumes that hold something which is nowhere else. */
const WHAT: Readonly<Partial<Record<ClusterPlan["volumes"][number]["kind"], string>>> = {
  journal: "metadata: every path, and what is not persisted yet",
  "under-storage": "every persisted file",
};

type DeployedPlan = Pick<ClusterPlan, "name" | "target" | "processes" | "mounts" | "volumes">;

/**
 * @param plan the one of the last `pulumi up`
 * @param sight what its masters tell of files in the caches alone; absent where there never was a cache
 */
export function whatDestroyDoes(
  stack: string,
  clusterId: string,
  plan: DeployedPlan,
  sight?: UnpersistedSight,
): string {
  const onHosts = plan.target === "hosts";
  const volume = (one: ClusterPlan["volumes"][number]): string => {
    const what = WHAT[one.kind] ?? one.kind;
    return `${(onHosts ? placeOnHost(plan, one.name) : undefined) ?? physicalName(plan.name, one.name, clusterId)} (${what})`;
  };
  const list = (title: string, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : [`  ${title}`, ...lines.map((line) => `    ${line}`)];
  const data = plan.volumes.filter(({ kind }) => WHAT[kind] !== undefined);
  return [
    `Stack ${stack}, cluster id ${clusterId}, will be destroyed${onHosts ? ` on ${hostsIn(plan)}` : ""}:`,
    `  ${plan.processes.length} processes end, ${sitesIn(plan)} mounts go, and what is cached with them`,
    ...list("Lost for good", [
      ...(sight === undefined ? [] : unpersistedLoss(sight)).map(({ change, reason }) => `${change}: ${reason}`),
      ...data.filter(({ keep }) => !keep).map(volume),
    ]),
    ...list("Kept, and taken back by the next up", data.filter(({ keep }) => keep).map(volume)),
    ...list("Left alone", onHosts ? leftAlone(plan) : []),
  ].join("\n");
}

/** Where a journal is on target hosts, which have directories for volumes. */
function placeOnHost({ processes }: DeployedPlan, volume: string): string | undefined {
  const master = processes.find(({ role, name }) => role === "master" && journalVolume(name) === volume);
  const folder = master?.properties[JOURNAL_FOLDER];
  return master && folder !== undefined ? `${folder} on host ${master.hostname}` : undefined;
}

/** What others keep. */
function leftAlone({ processes }: DeployedPlan): string[] {
  const root = processes.find(({ role }) => role === "master")?.properties[ROOT_UNDER_STORAGE];
  return root === undefined ? [] : [`${maskText(root)}, the root under storage (${WHAT["under-storage"]!})`];
}

function hostsIn({ processes }: DeployedPlan): string {
  const { size } = new Set(processes.map(({ hostname }) => hostname));
  return size === 1 ? "1 host" : `${size} hosts`;
}

/** On target hosts a mount is on many of them. */
const sitesIn = ({ mounts }: DeployedPlan): number => mounts.reduce((sum, { processes }) => sum + processes.length, 0);

async function isConfirmed(stack: string, losses: readonly Pick<Consequence, "change">[]): Promise<boolean> {
  if (!process.stdin.isTTY)
    throw new UserError("nobody can be asked here, and nothing was touched: add --yes to destroy it");
  const questions = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const and = losses.map(({ change }) => ` and ${change}`).join("");
    return (await questions.question(`Type ${stack} to destroy it${and}: `)).trim() === stack;
  } finally {
    questions.close();
  }
}
