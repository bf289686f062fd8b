import pc from "picocolors";
import { formatBytes } from "../operations/bytes";
import type { MountStatus, Status, StatusProblem, WorkerStatus } from "../operations/report";
import { table, type Colors } from "./table";

/** A status as people read it: the verdict first, the problems last, where the eye rests. */
export function renderStatus(status: Status, { colors }: { readonly colors: boolean }): string {
  const paint = pc.createColors(colors);
  const sections = [
    headline(status, paint),
    masters(status, paint),
    workers(status.workers, paint),
    mounts(status.mounts, paint),
    [...hosts(status), processes(status)].join("\n"),
    ...(status.problems.length > 0 ? [problems(status.problems, paint)] : []),
    ...status.notes.map((note) => `${paint.yellow("Note")}  ${note}`),
  ].filter((section) => section !== "");
  return `${sections.join("\n\n")}\n`;
}

function headline(
  { cluster, stack, clusterId, target, version, healthy, webAddress, ...status }: Status,
  paint: Colors,
) {
  const count = status.problems.length;
  const name = stack === cluster ? cluster : `${cluster} (stack ${stack})`;
  const verdict = healthy
    ? paint.green(`● ${name} is healthy`)
    : paint.red(`● ${name} is unhealthy: ${count} ${count === 1 ? "problem" : "problems"}`);
  const web = webAddress ?? "not published";
  return `${paint.bold(verdict)}\n  Alluxio ${version} on ${target}, cluster id ${clusterId}\n  Web and REST: ${web}`;
}

function masters(status: Status, paint: Colors): string {
  const role = { leader: paint.green, standby: paint.dim, unreachable: paint.red };
  const rows = status.masters.map((master) => [master.name, role[master.role](master.role), master.address]);
  return table(["Masters", "Role", "Address"], rows, paint);
}

function workers(all: readonly WorkerStatus[], paint: Colors): string {
  const rows = all.map((worker) => [
    worker.name,
    worker.state === "active" ? paint.green(worker.state) : paint.red(worker.state),
    ...usage(worker),
  ]);
  const sum = (field: "usedBytes" | "capacityBytes"): number => all.reduce((total, worker) => total + worker[field], 0);
  const total = ["total", "", ...usage({ usedBytes: sum("usedBytes"), capacityBytes: sum("capacityBytes") })];
  const head = ["Workers", "State", "Used", "Capacity", ""];
  return table(head, all.length > 1 ? [...rows, total] : rows, paint, ["left", "left", "right", "right", "right"]);
}

function usage({ usedBytes, capacityBytes }: Pick<WorkerStatus, "usedBytes" | "capacityBytes">): string[] {
  if (capacityBytes === 0) return ["-", "-", ""];
  return [formatBytes(usedBytes), formatBytes(capacityBytes), `${Math.round((100 * usedBytes) / capacityBytes)} %`];
}

function mounts(all: readonly MountStatus[], paint: Colors): string {
  if (all.length === 0) return "";
  const rows = alike(all).map(([mount, ...others]) => [
    mount.mountPoint,
    mount.healthy ? paint.green(mount.condition) : paint.red(mount.condition),
    mount.alluxioPath,
    hostNames([mount, ...others]),
  ]);
  return table(["Mounts", "State", "Alluxio path", "Host"], rows, paint);
}

type Alike = [MountStatus, ...MountStatus[]];

/** What is the same on many hosts is one row, so that two hundred healthy ones do not hide the one that is not. */
function alike(all: readonly MountStatus[]): Alike[] {
  const groups = new Map<string, Alike>();
  for (const mount of all) {
    const key = JSON.stringify([mount.name, mount.mountPoint, mount.condition]);
    const group = groups.get(key);
    if (group) group.push(mount);
    else groups.set(key, [mount]);
  }
  return [...groups.values()];
}

const MOST_NAMES = 4;

const hostNames = (mounts: Alike): string =>
  mounts.length > MOST_NAMES ? `${mounts.length} hosts` : mounts.map(({ host }) => host).join(", ");

/** Target hosts. */
function hosts({ hosts: all }: Status): string[] {
  if (all === undefined) return [];
  return [`Hosts      ${all.filter(({ state }) => state === "reached").length} of ${all.length} answer`];
}

function processes(status: Status): string {
  const intended = status.processes.filter((process) => process.role !== undefined);
  const healthy = intended.filter((process) => process.state === "running" && process.health === "healthy");
  return `Processes  ${healthy.length} of ${intended.length} running and healthy`;
}

function problems(all: readonly StatusProblem[], paint: Colors): string {
  const entries = all.map(({ subject, found, wanted, hint }) =>
    [`  ${paint.bold(subject)}`, `    found   ${found}`, `    wanted  ${wanted}`, `    next    ${hint}`].join("\n"),
  );
  return [paint.red(all.length === 1 ? "Problem" : "Problems"), ...entries].join("\n");
}
