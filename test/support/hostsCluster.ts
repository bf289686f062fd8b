import type { ClusterConfig } from "../../components/spec/config";
import { hostsSpec, SHARED_FOLDER } from "./hostsSpec";
import type { Machine } from "./machine";
import { Machines } from "./machines";
import { run, succeeds } from "./process";
import { TestStack } from "./testStack";

const MINUTES = 60_000;

/** Bare machines and a stack of their own. */
export interface World {
  readonly stack: TestStack;
  readonly machines: Machines;
}

/**
 * Bare machines and a stack of their own, on which a cluster is brought up before the tests and removed after them.
 * @param config of the cluster, which is called `dev`; see `hostsSpec`
 */
export function onMachines(
  names: readonly string[],
  config: (machines: Machines) => Promise<ClusterConfig> | ClusterConfig,
): World {
  const stack = new TestStack("dev", () => undefined, { plain: true });
  const world = { stack, machines: undefined as unknown as Machines };
  beforeAll(async () => {
    world.machines = await Machines.start({ names, memoryMiB: 3072, sharedFolder: SHARED_FOLDER });
    await world.machines.all[0]!.exec('chmod 1777 "$1"', SHARED_FOLDER);
    await stack.init();
    stack.write(await config(world.machines));
    succeeds(await stack.up());
  }, 20 * MINUTES);
  afterAll(async () => {
    await stack.remove();
    await world.machines.remove();
  }, 5 * MINUTES);
  return world;
}

/** The same of a small cluster of the default version. */
export const smallOnMachines = (names: readonly string[], cluster: Parameters<typeof hostsSpec>[1]): World =>
  onMachines(names, (machines) => hostsSpec(machines, cluster));

/** With the losses confirmed that the change asks for. @returns what Pulumi said */
export async function confirmedUp(stack: TestStack): Promise<string> {
  let up = await stack.up();
  const asked = [...up.output.matchAll(/confirm: (\[".*?"\])/g)].flatMap(([, list]) => JSON.parse(list!) as string[]);
  if (up.code !== 0 && asked.length > 0) {
    stack.edit((config) => (config.confirm = asked));
    up = await stack.up();
  }
  succeeds(up);
  return up.output;
}

/** When the processes of the cluster were last started, on the clock that all machines of a test have in common, by `<part>@<host>`. */
export async function startsOf(machines: Machines, names: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const show = "systemctl show -p Id -p ExecMainStartTimestampMonotonic -- 'alluxio-dev-*.service'";
  const all = await Promise.all(
    names.map(async (name) => {
      const text = await machines.get(name).exec(show);
      return text.split("\n\n").map((unit): [string, number] => {
        const [, part = ""] = /^Id=alluxio-dev-(.*)\.service$/m.exec(unit) ?? [];
        const [, start = ""] = /^ExecMainStartTimestampMonotonic=(\d+)$/m.exec(unit) ?? [];
        return [`${part}@${name}`, Number(start)];
      });
    }),
  );
  return new Map(all.flat());
}

/** The processes in the order in which they were last started. */
export const inOrder = (starts: ReadonlyMap<string, number>): string[] =>
  [...starts].sort(([, one], [, other]) => one - other).map(([process]) => process);

/** The processes that have been started again since. */
export const restarted = (before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): string[] =>
  [...after].flatMap(([process, start]) => (before.get(process) === start ? [] : [process]));

/** Resolves when a process is started anew, or what may do so is over before. @param process `<part>@<host>` */
export async function turnOf(machines: Machines, process: string, during: Promise<unknown>): Promise<void> {
  const [, host = ""] = process.split("@");
  const startOf = async () => (await startsOf(machines, [host])).get(process);
  const before = await startOf();
  const ended = new AbortController();
  void during.then(
    () => ended.abort(),
    () => ended.abort(),
  );
  while (!ended.signal.aborted && (await startOf()) === before) await new Promise((done) => setTimeout(done, 500));
}

/** Members of the quorum by their hosts, and whether each is available, as a master on this machine tells. */
export async function quorumOf(machine: Machine): Promise<Record<string, string>> {
  const text = await machine.exec("/opt/alluxio/current/bin/alluxio fsadmin journal quorum info -domain MASTER");
  const rows = text.split("\n").map((line) => /^(\w+)\s*\|\s*\d+\s*\|\s*(\S+):\d+/.exec(line));
  return Object.fromEntries(rows.flatMap((row) => (row ? [[row[2]!, row[1]!]] : [])));
}

export const allAvailable = (hosts: readonly string[]): Record<string, string> =>
  Object.fromEntries(hosts.map((host) => [host, "AVAILABLE"]));

/** The host of the master that leads. */
export async function leaderOf(machines: Machines, masters: readonly string[]): Promise<string> {
  const ask = "curl -s -m 5 http://127.0.0.1:19999/api/v1/master/webui_overview";
  for (const host of masters) {
    const { stdout } = await machines.get(host).tryExec(ask);
    if (stdout.includes('"masterRole":"LEADER"')) return host;
  }
  throw new Error("no master leads");
}

/** Every path in Alluxio but the backups that are made meanwhile. */
export async function pathsIn(machine: Machine): Promise<string[]> {
  const text = await machine.exec("/opt/alluxio/current/bin/alluxio fs ls -R /");
  return text
    .split("\n")
    .map((line) => line.split(/\s+/).pop()!)
    .filter((path) => !path.startsWith("/.alluxio_backups"))
    .sort();
}

/** Files of the under storage that nobody has read yet. @returns digest by name */
export async function unreadFiles(
  machine: Machine,
  folder: string,
  count: number,
  bytes: number,
): Promise<ReadonlyMap<string, string>> {
  const text = await machine.exec(
    'mkdir "$1" && cd "$1" && for i in $(seq "$2"); do head -c "$3" /dev/urandom >"f$i"; done && sha256sum f*',
    `${SHARED_FOLDER}/${folder}`,
    String(count),
    String(bytes),
  );
  return new Map(
    text.split("\n").map((line) => {
      const [digest = "", name = ""] = line.split(/\s+/);
      return [name, digest];
    }),
  );
}

/** Reads through a FUSE mount of a machine. */
export const throughMachine =
  (machine: Machine, folder: string) =>
  (file: string): readonly [string, ...string[]] => [
    "docker",
    "exec",
    machine.container,
    "sha256sum",
    `${folder}/${file}`,
  ];

/**
 * What workers read from the under storage while something happens, by their own counters. One that restarts counts from
 * nothing again, so what it read in the second before is missing.
 */
export async function readByWorkers<T>(
  workers: readonly Machine[],
  act: () => Promise<T>,
): Promise<{ readonly result: T; readonly bytes: number }> {
  const last = new Map<string, number>();
  let bytes = 0;
  const look = async ({ container }: Machine, counted: boolean): Promise<void> => {
    const seen = await bytesReadBy(container);
    if (seen === undefined) return;
    const before = last.get(container) ?? 0;
    if (counted) bytes += seen < before ? seen : seen - before;
    last.set(container, seen);
  };
  await Promise.all(workers.map((worker) => look(worker, false)));
  let over = false;
  const loop = async (): Promise<void> => {
    while (!over) {
      await Promise.all(workers.map((worker) => look(worker, true)));
      await new Promise((done) => setTimeout(done, 1000));
    }
    await Promise.all(workers.map((worker) => look(worker, true)));
  };
  const [result] = await Promise.all([act().finally(() => (over = true)), loop()]);
  return { result, bytes };
}

/** @returns undefined while it does not answer */
async function bytesReadBy(container: string): Promise<number | undefined> {
  const { code, stdout } = await run("docker", [
    ...["exec", container, "curl", "-s", "-m", "5", "http://127.0.0.1:30000/metrics/json/"],
  ]);
  if (code !== 0 || !stdout.startsWith("{")) return undefined;
  const { counters } = JSON.parse(stdout) as { counters: Record<string, { count: number }> };
  return Object.entries(counters)
    .filter(([name]) => name.startsWith("Worker.BytesReadPerUfs."))
    .reduce((total, [, { count }]) => total + count, 0);
}
