import type { ProcessCondition } from "../resources/processDrift";

/** Docker's description of a container, as far as its condition shows in it. */
export interface ContainerSight {
  readonly State: {
    readonly Running: boolean;
    readonly Paused: boolean;
    readonly Restarting: boolean;
    readonly Health?: { readonly Status: string } | null | undefined;
  };
  /** How often Docker's restart policy has started it again since somebody started it. */
  readonly RestartCount: number;
  readonly NetworkSettings: { readonly Networks: Readonly<Record<string, unknown>> | null };
}

/** So often a process may fail, and be started again, before it is worth a second look. */
const FEW_RESTARTS = 2;

/**
 * How a container of ours is, by one look at it.
 * @returns undefined where it does not run: that is what the docker plugin reports itself
 */
export function conditionOf(container: ContainerSight, network: string): ProcessCondition | "suspicious" | undefined {
  const { State: state, RestartCount: restarts, NetworkSettings: settings } = container;
  if (!state.Running) return undefined;
  if (state.Paused) return "paused";
  if (restarts >= FEW_RESTARTS && (state.Restarting || state.Health?.Status === "starting")) return "suspicious";
  if (settings.Networks?.[network] === undefined) return "disconnected";
  return state.Health?.Status === "unhealthy" ? "unhealthy" : "running";
}

/**
 * A process that was started again several times and is not healthy yet either loops, or starts after its last fault:
 * time tells. Another start, or a long wait for one, is a loop.
 * @returns undefined while neither shows
 */
export function loopVerdict(first: ContainerSight, now: ContainerSight, last: boolean): ProcessCondition | undefined {
  if (!now.State.Running || now.State.Health?.Status === "healthy") return "running";
  if (now.RestartCount > first.RestartCount) return "crash-looping";
  if (!last) return undefined;
  return now.State.Restarting ? "crash-looping" : "running";
}

/** What Docker says of a container, in a word or some: `healthy`, `starting`, `paused`, `exited with code 7`, ... */
export function stateOf(state: {
  readonly Status: string;
  readonly Running: boolean;
  readonly Paused: boolean;
  readonly Restarting: boolean;
  readonly ExitCode: number;
  readonly Health?: { readonly Status: string } | null | undefined;
}): string {
  if (state.Paused) return "paused";
  if (state.Restarting) return "starting again and again";
  if (!state.Running) return state.ExitCode === 0 ? state.Status : `${state.Status} with code ${state.ExitCode}`;
  return state.Health?.Status ?? state.Status;
}
