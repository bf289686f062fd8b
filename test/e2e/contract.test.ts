import { dockerTarget } from "../support/contract/docker";
import { hostsTarget } from "../support/contract/hosts";
import { WORKERS, type Client } from "../support/contract/target";
import { until } from "../support/process";

const FIRST_SET = { name: "first", path: "/sets/first" };
const SECOND_SET = { name: "second", path: "/sets/second" };

/** What every target promises, by the same tests. */
describe.each([
  ["docker", dockerTarget],
  ["hosts", hostsTarget],
])("a cluster of target %s", (_, make) => {
  const target = make();
  const { stack } = target;
  let clients: readonly [Client, Client];
  const upped = async (...args: string[]): Promise<void> => {
    const { code, output } = await stack.up(...args);
    if (code !== 0) throw new Error(output);
  };
  beforeAll(async () => {
    await target.prepare();
    stack.edit((config) => void (config.dataSets = [FIRST_SET]));
    await upped();
    clients = await target.clients();
  }, 900_000);
  afterAll(() => target.remove(), 300_000);

  test("each worker has exactly its capacity", async () => {
    expect(await target.capacities()).toEqual([...WORKERS]);
  }, 60_000);

  test("what is written through one mount is read through the other, byte for byte", async () => {
    const [one, other] = clients;
    const sum = await one.exec('head -c 10000000 /dev/urandom >"$1/file" && sha256sum <"$1/file"', one.mountPoint);
    expect(await other.exec('sha256sum <"$1/file"', other.mountPoint)).toBe(sum);
    await other.exec('echo changed >"$1/other"', other.mountPoint);
    expect(await one.exec('cat "$1/other"', one.mountPoint)).toBe("changed");
  }, 120_000);

  test("a second up changes nothing", async () => {
    await upped("--refresh", "--expect-no-changes");
  }, 120_000);

  test("a worker that somebody has stopped is drift of membership and process, and comes back", async () => {
    await target.stopWorker();
    await until("the leader has given it up", 90, async () => (await target.capacities()).length === 1);
    expect((await stack.drift()).map(({ resource }) => resource)).toEqual(target.stoppedWorkerShows);
    await upped("--refresh");
    expect(await target.capacities()).toEqual([...WORKERS]);
    expect(await stack.drift()).toEqual([]);
  }, 400_000);

  test("a worker and a data set come with the spec; the worker goes with it, and every byte stays", async () => {
    const [one] = clients;
    const sum = await one.exec('sha256sum <"$1/file"', one.mountPoint);
    expect(await one.exec('ls "$1/sets"', one.mountPoint)).toBe("first");
    stack.edit((config) => {
      config.dataSets = [FIRST_SET, SECOND_SET];
      target.withThirdWorker(config);
    });
    await upped();
    expect(await target.capacities()).toEqual([32, ...WORKERS]);
    expect(await one.exec('ls "$1/sets"', one.mountPoint)).toBe("first\nsecond");
    stack.edit((config) => target.withoutThirdWorker(config));
    await upped();
    expect(await target.capacities()).toEqual([...WORKERS]);
    expect(await one.exec('sha256sum <"$1/file"', one.mountPoint)).toBe(sum);
  }, 600_000);

  test("destroyed, nothing of it is left", async () => {
    const { code, output } = await stack.pulumi("destroy", "--yes", "--skip-preview");
    if (code !== 0) throw new Error(output);
    expect(await target.remains()).toEqual([]);
  }, 240_000);
});
