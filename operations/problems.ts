import type { ClusterPlan } from "../components/plan/types";
import type { MasterView } from "../provider/probes/leader";
import { hostOf } from "../provider/rollout/lostMembers";
import { formatBytes } from "./bytes";
import { faultOf, repair, type Fault } from "./faults";
import type { Observation } from "./observation";
import type { MasterStatus, MountStatus, ProcessStatus, StatusProblem, WorkerStatus } from "./report";

export interface Findings {
  readonly stack: string;
  readonly plan: ClusterPlan;
  readonly leader: MasterView | undefined;
  readonly seen: Observation;
  readonly masters: readonly MasterStatus[];
  readonly workers: readonly WorkerStatus[];
  readonly mounts: readonly MountStatus[];
  readonly processes: readonly ProcessStatus[];
}

/** A problem, and the process whose fault it tells already: one cause is reported once. */
interface Finding extends StatusProblem {
  readonly tells?: string;
}

/** Everything that is not as the spec has it; none where the cluster is healthy. */
export function findProblems(findings: Findings): StatusProblem[] {
  const found = [
    ...leadership(findings),
    ...findings.masters.flatMap((master) => masterProblems(master, findings)),
    ...findings.workers.flatMap((worker) => workerProblems(worker, findings)),
    ...findings.mounts.flatMap((mount) => mountProblems(mount, findings)),
  ];
  const told = new Set(found.map((one) => one.tells));
  const rest = findings.processes.filter((process) => !told.has(process.container ?? process.name));
  return [...found, ...rest.flatMap((process) => processProblems(process, findings))].map(
    ({ subject, found: what, wanted, hint }) => ({ subject, found: what, wanted, hint }),
  );
}

function leadership({ leader, masters }: Findings): Finding[] {
  const answering = masters.filter((master) => master.role !== "unreachable");
  // A single master that does not answer is a problem of its own already.
  if (leader || (masters.length === 1 && answering.length === 0)) return [];
  const quorum = Math.floor(masters.length / 2) + 1;
  return [
    {
      subject: "masters",
      found: `no master leads; ${answering.length} of ${masters.length} answer`,
      wanted: "one leader",
      hint:
        answering.length < quorum
          ? `bring ${quorum} of ${masters.length} masters back: fewer cannot elect a leader`
          : "look again in a minute: an election takes up to that long",
    },
  ];
}

function masterProblems(master: MasterStatus, findings: Findings): Finding[] {
  const { plan, seen, stack } = findings;
  const subject = `master ${master.name}`;
  const sight = seen.masters[master.name];
  if (sight && "view" in sight)
    return [
      ...versionProblem(subject, sight.view.version, plan.version, stack),
      ...lostProblem(subject, seen.reached?.[hostOf(master.address)], stack),
    ];
  const process = processOf(master.name, findings);
  const fault = process && faultOf(process, stack);
  return [
    {
      subject,
      found: fault?.found ?? sight?.silence ?? "it was not asked",
      wanted: findings.masters.length === 1 ? "leader" : "leader or standby",
      hint: fault?.hint ?? logsHint(process),
      ...tells(process),
    },
  ];
}

function workerProblems(worker: WorkerStatus, findings: Findings): Finding[] {
  const { plan, leader, stack } = findings;
  const subject = `worker ${worker.name}`;
  const process = processOf(`worker-${worker.name}`, findings);
  const capacity = plan.workers.find((one) => one.host === worker.name)?.capacityBytes ?? 0;
  switch (worker.state) {
    case "unknown":
      return [];
    case "active":
      return versionProblem(
        subject,
        leader?.workers.find((one) => one.host === worker.name)?.version,
        plan.version,
        stack,
      );
    case "missing":
    case "lost": {
      const fault = process && faultOf(process, stack);
      const found = worker.state === "missing" ? "not registered" : "lost: the leader has not heard of it for too long";
      return [
        {
          subject,
          found: withCause(found, fault),
          wanted: `registered with ${formatBytes(capacity)}`,
          hint: fault?.hint ?? logsHint(process),
          ...(fault ? tells(process) : {}),
        },
      ];
    }
    case "wrong capacity": {
      const [found, wanted] = distinct(worker.capacityBytes, capacity);
      return [
        {
          subject,
          found: `registered with ${found}`,
          wanted: `registered with ${wanted}`,
          hint: `${repair(stack)} gives it the capacity of the spec`,
        },
      ];
    }
    case "unintended":
      return [
        {
          subject,
          found: `registered with ${formatBytes(worker.capacityBytes)}, but not in the spec`,
          wanted: "not registered",
          hint: `${repair(stack)} takes it out, or add it to the spec`,
          ...tells(process),
        },
      ];
    default:
      return worker.state satisfies never;
  }
}

function mountProblems(mount: MountStatus, findings: Findings): Finding[] {
  if (mount.healthy) return [];
  const { plan, seen, stack } = findings;
  const server = plan.mounts.find((one) => one.name === mount.name)?.processes[0];
  const process = server === undefined ? undefined : processOf(server, findings);
  const fault = process && faultOf(process, stack);
  return [
    {
      subject: `mount ${mount.name}`,
      found: withCause(conditionOf(mount, seen), fault),
      wanted: "mounted, and answers",
      hint: fault?.hint ?? `${repair(stack)} mounts it anew`,
      ...(fault ? tells(process) : {}),
    },
  ];
}

function conditionOf({ name, condition }: MountStatus, seen: Observation): string {
  switch (condition) {
    case "absent":
      return "not mounted";
    case "dead":
      return "mounted, but nothing answers";
    case "silent":
      return "mounted, but does not answer in time";
    case "stacked":
      return "mounted more than once, one hiding the other";
    case "unknown": {
      const sight = seen.mounts[name];
      return `cannot be looked at: ${sight && "silence" in sight ? sight.silence : "it was not asked for"}`;
    }
    case "mounted":
      return "mounted";
    default:
      return condition satisfies never;
  }
}

function processProblems(process: ProcessStatus, { stack }: Findings): Finding[] {
  const subject = `process ${process.name}`;
  if (process.role === undefined) {
    return [
      {
        subject,
        found: `container ${process.container ?? process.name} is ${process.state}, but not in the spec`,
        wanted: "no such process",
        hint: `${repair(stack)}; what Pulumi does not know goes with \`docker rm -f ${process.container ?? process.name}\``,
      },
    ];
  }
  const fault = faultOf(process, stack);
  return fault ? [{ subject, found: fault.found, wanted: "running, and healthy", hint: fault.hint }] : [];
}

function versionProblem(subject: string, found: string | undefined, wanted: string, stack: string): Finding[] {
  if (found === undefined || found === "" || found === wanted) return [];
  return [
    {
      subject,
      found: `runs Alluxio ${found}`,
      wanted: `Alluxio ${wanted}`,
      hint: `${repair(stack)} renews its process`,
    },
  ];
}

/** Seen with Alluxio 2.9.4: a leader that has lost a member for a minute does not look for it again (docs/decisions/0020). */
function lostProblem(subject: string, reached: boolean | undefined, stack: string): Finding[] {
  if (reached !== false) return [];
  return [
    {
      subject,
      found: "answers, but the leader does not reach it: it holds no new metadata",
      wanted: "an available member of the quorum",
      hint: `look again in a minute; if it stays so, ${repair(stack)} lets a master lead that reaches it`,
    },
  ];
}

/** An intended process before one of the same name that the spec does not have. */
const processOf = (name: string, { processes }: Findings): ProcessStatus | undefined =>
  processes.find((process) => process.name === name);

const tells = (process: ProcessStatus | undefined): Pick<Finding, "tells"> =>
  process ? { tells: process.container ?? process.name } : {};

const withCause = (found: string, fault: Fault | undefined): string => (fault ? `${found}; ${fault.found}` : found);

const logsHint = (process: ProcessStatus | undefined): string =>
  process?.container ? `\`docker logs --tail 20 ${process.container}\` says why` : "look at its log";

/** Two sizes in units in which they differ. */
function distinct(left: number, right: number): [string, string] {
  const rounded: [string, string] = [formatBytes(left), formatBytes(right)];
  return rounded[0] === rounded[1] ? [`${left} bytes`, `${right} bytes`] : rounded;
}
