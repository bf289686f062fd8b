import { SetupProblem } from "./problem";

const PROBE_SECONDS = 5;
const known = new Map<string, Promise<boolean>>();

/**
 * Does the host of a URL answer HTTPS within five seconds? Asked once a run: on a machine without internet every
 * further question would cost the same five seconds.
 */
export function isReachable(url: string): Promise<boolean> {
  const { origin } = new URL(url);
  const before = known.get(origin);
  if (before !== undefined) return before;
  const answer = fetch(origin, {
    method: "HEAD",
    redirect: "manual",
    signal: AbortSignal.timeout(PROBE_SECONDS * 1000),
  })
    .then(() => true)
    .catch(() => false);
  known.set(origin, answer);
  return answer;
}

/** The body of a URL; `seconds` limits the whole transfer. Throws a {@link SetupProblem}. */
export async function download(url: string, seconds: number): Promise<Buffer> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(seconds * 1000) });
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    return Buffer.from(await response.arrayBuffer());
  } catch (error) {
    throw new SetupProblem(`${url} cannot be downloaded: ${reasonOf(error)}`);
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
