import { isSupervisor } from "../../components/plan/names";
import type { StackState } from "./stackState";

/** What bears the cluster's id on a machine. */
export interface ObservedObjects {
  readonly containers: readonly ObservedContainer[];
  readonly networks: readonly ObservedNetwork[];
  readonly volumes: readonly ObservedVolume[];
  /** Mount points of the cluster at which a file system of Alluxio is mounted. */
  readonly mounts: readonly string[];
}

export interface ObservedContainer {
  readonly id: string;
  readonly name: string;
  readonly running: boolean;
  /** Label of the process: `worker-small-1`, `host-helper`, `supervisor-...`. */
  readonly process: string;
}

export interface ObservedNetwork {
  readonly id: string;
  readonly name: string;
  /** Containers on it that are not of this cluster. */
  readonly strangers: readonly string[];
}

export interface ObservedVolume {
  readonly name: string;
  /** A tmpfs, which is empty while nothing that runs uses it. */
  readonly ramdisk: boolean;
}

export type Act =
  | { readonly kind: "remove container" | "remove network"; readonly id: string; readonly name: string }
  | { readonly kind: "leave network"; readonly name: string; readonly strangers: readonly string[] }
  | { readonly kind: "remove ramdisk"; readonly name: string }
  | { readonly kind: "detach mount"; readonly mountPoint: string };

/**
 * What a killed run has left: objects with the cluster's id that the state does not know. Volumes with a journal or
 * persisted data are never among it: the next run takes them back. Pure.
 *
 * @param observed only what bears the cluster's id
 */
export function planRecovery(state: StackState, observed: ObservedObjects): Act[] {
  const stray = observed.containers.filter(
    ({ id, process }) => !state.containers.has(id) && !(state.hasMounts && isSupervisor(process)),
  );
  const running = new Set(observed.containers.filter((one) => one.running).map(({ id }) => id));
  return [
    // First what would start a mount or a process again.
    ...[...stray]
      .sort((a, b) => Number(isSupervisor(b.process)) - Number(isSupervisor(a.process)))
      .map(({ id, name }): Act => ({ kind: "remove container", id, name })),
    ...observed.mounts
      .filter((mountPoint) => !running.has(state.servedBy.get(mountPoint) ?? ""))
      .map((mountPoint): Act => ({ kind: "detach mount", mountPoint })),
    ...observed.networks
      .filter(({ id }) => !state.networks.has(id))
      .map(({ id, name, strangers }): Act =>
        strangers.length > 0 ? { kind: "leave network", name, strangers } : { kind: "remove network", id, name },
      ),
    ...observed.volumes
      .filter(({ name, ramdisk }) => ramdisk && !state.volumes.has(name))
      .map(({ name }): Act => ({ kind: "remove ramdisk", name })),
  ];
}

const SHORT_ID = 12;

/** What an act does, in one line, once it is done. */
export function describeAct(act: Act): string {
  switch (act.kind) {
    case "remove container":
      return `Removed container ${act.name} (${act.id.slice(0, SHORT_ID)}): a run that was killed left it.`;
    case "remove network":
      return `Removed network ${act.name} (${act.id.slice(0, SHORT_ID)}): a run that was killed left it.`;
    case "leave network":
      return `Left network ${act.name}, which a killed run made, for containers that are not of this cluster are on it: ${act.strangers.join(", ")}.`;
    case "remove ramdisk":
      return `Removed ramdisk ${act.name}, which is empty: a run that was killed left it.`;
    case "detach mount":
      return `Unmounted ${act.mountPoint}: nothing serves it any more.`;
    default:
      return act satisfies never;
  }
}
