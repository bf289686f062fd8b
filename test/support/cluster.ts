import { createHash, randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { must, run, until } from "./process";

/** The containers of a cluster: what each process of it is called, and its process id on the machine. */
export async function processesOf(clusterId: string): Promise<Map<string, { id: string; name: string; pid: number }>> {
  const ids = await must("docker", "ps", "-aq", "--no-trunc", "--filter", `label=alluxio.cluster-id=${clusterId}`);
  const inspected = await run("docker", ["inspect", ...ids.split("\n")]);
  // One that is gone since it was listed is none; the others are told all the same.
  if (inspected.stderr.split("\n").some((line) => line !== "" && !/No such object/.test(line)))
    throw new Error(inspected.output);
  const found = JSON.parse(inspected.stdout) as {
    Id: string;
    Name: string;
    State: { Pid: number };
    Config: { Labels: Record<string, string> };
  }[];
  return new Map(
    found.map((one) => [
      one.Config.Labels["alluxio.process"] ?? one.Name,
      { id: one.Id, name: one.Name.slice(1), pid: one.State.Pid },
    ]),
  );
}

/** Until the container of a process is another than it was, or gone; or what changes it is over, whatever came of it. */
export async function turnOf(
  process: string,
  before: Awaited<ReturnType<typeof processesOf>>,
  clusterId: string,
  change: Promise<unknown>,
): Promise<void> {
  let over = false;
  void change.finally(() => (over = true));
  const { id } = before.get(process)!;
  await until(
    `the turn of ${process}`,
    1500,
    async () => over || (await processesOf(clusterId)).get(process)?.id !== id,
  );
}

/** Workers as a master's REST API lists them. */
export async function registeredWorkers(masterContainer: string): Promise<Record<string, number>> {
  const { stdout } = await run("docker", [
    "exec",
    masterContainer,
    "curl",
    "-s",
    "-m",
    "10",
    "http://127.0.0.1:19999/api/v1/master/info",
  ]);
  const info = JSON.parse(stdout || "{}") as { workers?: { address: { host: string }; capacityBytes: number }[] };
  return Object.fromEntries((info.workers ?? []).map((worker) => [worker.address.host, worker.capacityBytes]));
}

/** Bytes that a FUSE process has read from the ramdisk that it sees itself: short circuit. */
export const bytesReadLocally = (fuseContainer: string): Promise<number> =>
  counter(fuseContainer, 49999, "Client.BytesReadLocal.");

/** Bytes that a worker has sent over the network. */
export const bytesSent = (workerContainer: string): Promise<number> =>
  counter(workerContainer, 30000, "Worker.BytesReadRemote.");

/** Reads that have reached a FUSE process: what the kernel has in its page cache does not. */
export const fuseReads = async (fuseContainer: string): Promise<number> =>
  sumOf((await metricsOf(fuseContainer, 49999)).timers, "Client.Fuse.Read.");

type Metrics = Record<"counters" | "timers", Record<string, { count: number }>>;

const counter = async (container: string, webPort: number, prefix: string): Promise<number> =>
  sumOf((await metricsOf(container, webPort)).counters, prefix);

async function metricsOf(container: string, webPort: number): Promise<Metrics> {
  const address = `http://127.0.0.1:${webPort}/metrics/json/`;
  return JSON.parse(await must("docker", "exec", container, "curl", "-s", "-m", "10", address)) as Metrics;
}

const sumOf = (metrics: Metrics["counters"], prefix: string): number =>
  Object.entries(metrics)
    .filter(([name]) => name.startsWith(prefix))
    .reduce((total, [, { count }]) => total + count, 0);

/** `fs ls` of one file: its state in the under storage and how much of it is in memory. */
export async function listed(masterContainer: string, path: string): Promise<{ persisted: boolean; inMemory: string }> {
  const line = await must("docker", "exec", masterContainer, "alluxio", "fs", "ls", path);
  return {
    persisted: /\bPERSISTED\b/.test(line) && !line.includes("TO_BE_PERSISTED"),
    inMemory: /(\d+%)/.exec(line)?.[1] ?? "",
  };
}

export const sha256 = (data: Buffer): string => createHash("sha256").update(data).digest("hex");

/** Writes random bytes. @returns their digest */
export function writeRandom(file: string, mebibytes: number): string {
  const data = randomBytes(mebibytes * 1024 ** 2);
  writeFileSync(file, data);
  return sha256(data);
}

export const digestOf = (file: string): string => sha256(readFileSync(file));
