import type Docker from "dockerode";
import { retryFor } from "./daemon";

/**
 * Waits until the container's health check passes. Throws when it has none, when it exits meanwhile, and when the time is
 * over; the last output of the check is part of the message.
 */
export async function waitUntilHealthy(
  docker: Docker,
  id: string,
  seconds: number,
  signal: AbortSignal,
): Promise<void> {
  let last = "";
  const healthy = await retryFor(seconds, signal, async () => {
    const { State: state } = await docker.getContainer(id).inspect();
    if (!state.Health) throw new Error("you have supplied wait, but the container has no health check");
    if (!state.Running && !state.Restarting) {
      throw new Error(`container failed to be in healthy state: it exited with status ${state.ExitCode}`);
    }
    last = state.Health.Log.at(-1)?.Output.trim() ?? "";
    return state.Health.Status === "healthy";
  });
  if (healthy) return;
  throw new Error(
    `container failed to be in healthy state within ${seconds} s` +
      (last === "" ? "" : `; its health check said: ${last}`),
  );
}
