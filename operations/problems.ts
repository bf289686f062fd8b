import type { ClusterPlan } from "../components/plan/types";
import type { MasterView } from "../provider/probes/leader";
import { hostOf } from "../provider/rollout/lostMembers";
import { formatBytes } from "./bytes";
import { faultOf, repair, type Fault } from "./faults";
import { mountSites, type MountSight, type MountSite, type Observation } from "./observation";
import { wordsFor } from "./words";
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
  const sites = mountSites(findings.plan);
  const found = [
    ...hostProblems(findings),
    ...leadership(findings),
    ...findings.masters.flatMap((master) => masterProblems(master, findings)),
    ...findings.workers.flatMap((worker) => workerProblems(worker, findings)),
    ...findings.mounts.flatMap((mount, i) => mountProblems(mount, sites[i], findings)),
  ];
  const told = new Set(found.map((one) => one.tells));
  const rest = findings.processes.filter((process) => !told.has(keyOf(process)) && !isOutOfSight(process));
  return [...found, ...rest.flatMap((process) => processProblems(process, findings))].map(
    ({ subject, found: what, wanted, hint }) => ({ subject, found: what, wanted, hint }),
  );
}

/** A host that cannot be asked is one problem, whatever stands on it. */
function hostProblems({ seen: { hosts = [] }, processes }: Findings): Finding[] {
  return hosts.flatMap(({ host, silence }) => {
    if (silence === undefined) return [];
    const there = processes.filter((process) => process.host === host).map(({ name }) => name);
    const prefix = `host ${host} `;
    const why = silence.startsWith(prefix) ? silence.slice(prefix.length) : silence;
    return [
      {
        subject: `host ${host}`,
        found: `${why}${/[.?]$/.test(why) ? "" : "."} Out of sight with it: ${there.join(", ")}`,
        wanted: "answers over SSH",
        hint: "bring it back, then look again: a host that boots starts its services and mounts by itself",
      },
    ];
  });
}

const isOutOfSight = (process: ProcessStatus | undefined): boolean => process?.state === "unreachable";

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
  if (isOutOfSight(process)) return [];
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
      if (isOutOfSight(process)) return [];
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

function mountProblems(mount: MountStatus, site: MountSite | undefined, findings: Findings): Finding[] {
  const { seen, stack } = findings;
  const process = site?.process === undefined ? undefined : processOf(site.process, findings);
  if (mount.healthy || isOutOfSight(process)) return [];
  const fault = process && faultOf(process, stack);
  return [
    {
      subject: site?.host === undefined ? `mount ${mount.name}` : `mount ${mount.name} on ${site.host}`,
      found: withCause(conditionOf(mount, seen.mounts[site?.key ?? mount.name]), fault),
      wanted: "mounted, and answers",
      hint: fault?.hint ?? `${repair(stack)} mounts it anew`,
      ...(fault ? tells(process) : {}),
    },
  ];
}

function conditionOf({ condition }: MountStatus, sight: MountSight | undefined): string {
  switch (condition) {
    case "absent":
      return "not mounted";
    case "dead":
      return "mounted, but nothing answers";
    case "silent":
      return "mounted, but does not answer in time";
    case "stacked":
      return "mounted more than once, one hiding the other";
    case "unknown":
      return `cannot be looked at: ${sight && "silence" in sight ? sight.silence : "it was not asked for"}`;
    case "mounted":
      return "mounted";
    default:
      return condition satisfies never;
  }
}

function processProblems(process: ProcessStatus, { stack }: Findings): Finding[] {
  const subject = `process ${process.name}`;
  if (process.role === undefined) {
    const words = wordsFor(process);
    return [
      {
        subject,
        found: `${words?.thing ?? process.name} is ${process.state}, but not in the spec`,
        wanted: "no such process",
        hint: `${repair(stack)}${words ? `; what Pulumi does not know goes with ${words.remove}` : ""}`,
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
  process ? { tells: keyOf(process) } : {};

/** Units have the same name on every host. */
const keyOf = ({ container, host, name }: ProcessStatus): string =>
  host === undefined ? (container ?? name) : `${name} on ${host}`;

const withCause = (found: string, fault: Fault | undefined): string => (fault ? `${found}; ${fault.found}` : found);

function logsHint(process: ProcessStatus | undefined): string {
  const words = process && wordsFor(process);
  return words ? `${words.logs} says why` : "look at its log";
}

/** Two sizes in units in which they differ. */
function distinct(left: number, right: number): [string, string] {
  const rounded: [string, string] = [formatBytes(left), formatBytes(right)];
  return rounded[0] === rounded[1] ? [`${left} bytes`, `${right} bytes`] : rounded;
}
