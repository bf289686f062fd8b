import { docker } from "./docker";

/** Bytes that a FUSE process has read from the ramdisk that it sees itself: its own counter. */
export async function bytesReadLocally(container: string, webPort: number): Promise<number> {
  const text = await docker("exec", container, "curl", "-s", "-m", "10", `http://127.0.0.1:${webPort}/metrics/json/`);
  const { counters } = JSON.parse(text) as { counters: Record<string, { count: number }> };
  return Object.entries(counters)
    .filter(([name]) => name.startsWith("Client.BytesReadLocal."))
    .reduce((total, [, { count }]) => total + count, 0);
}
