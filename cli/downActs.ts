import { createInterface } from "node:readline/promises";
import { physicalName } from "../components/plan/names";
import type { ClusterPlan } from "../components/plan/types";
import { UserError } from "../provider/rpc/resource";
import { layout } from "../scripts/environment.cjs";
import { Pulumi } from "../scripts/pulumi";
import { recover } from "../scripts/recovery";
import { SetupProblem } from "../scripts/setup/problem";
import { readDeployment } from "./deployment";
import { EXIT, type ExitCode, type Terminal } from "./terminal";

/** @throws UserError where the stack is not up, or nobody can be asked and `yes` is not given */
export async function down(
  { stack, yes }: { readonly stack: string; readonly yes: boolean },
  terminal: Terminal,
): Promise<ExitCode> {
  const { clusterId, plan } = await readDeployment(terminal.project, stack);
  terminal.out(`${whatDestroyDoes(stack, clusterId, plan as ClusterPlan)}\n`);
  if (!yes && !(await isConfirmed(stack))) {
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

/** What is in the volumes that hold something which is nowhere else. */
const WHAT: Readonly<Partial<Record<ClusterPlan["volumes"][number]["kind"], string>>> = {
  journal: "metadata: every path, and what is not persisted yet",
  "under-storage": "every persisted file",
};

/** @param plan the one of the last `pulumi up` */
export function whatDestroyDoes(
  stack: string,
  clusterId: string,
  plan: Pick<ClusterPlan, "name" | "processes" | "mounts" | "volumes">,
): string {
  const volume = (one: ClusterPlan["volumes"][number]): string =>
    `${physicalName(plan.name, one.name, clusterId)} (${WHAT[one.kind] ?? one.kind})`;
  const list = (title: string, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : [`  ${title}`, ...lines.map((line) => `    ${line}`)];
  const data = plan.volumes.filter(({ kind }) => WHAT[kind] !== undefined);
  return [
    `Stack ${stack}, cluster id ${clusterId}, will be destroyed:`,
    `  ${plan.processes.length} processes end, ${plan.mounts.length} mounts go, and what is cached with them`,
    ...list("Lost for good", data.filter(({ keep }) => !keep).map(volume)),
    ...list("Kept, and taken back by the next up", data.filter(({ keep }) => keep).map(volume)),
  ].join("\n");
}

async function isConfirmed(stack: string): Promise<boolean> {
  if (!process.stdin.isTTY)
    throw new UserError("nobody can be asked here, and nothing was touched: add --yes to destroy it");
  const questions = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await questions.question(`Type ${stack} to destroy it: `)).trim() === stack;
  } finally {
    questions.close();
  }
}
