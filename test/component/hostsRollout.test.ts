import { type DeclaredService, type HostRolloutCluster } from "../../provider/hosts/hostRollout";
import { unitId } from "../../components/plan/hosts/names";
import type { AwaitProcessesArgs } from "../../provider/rollout/awaitProcesses";
import type { BeginRolloutArgs } from "../../provider/rollout/beginRollout";
import type { ClusterConfig } from "../../components/spec/config";
import { answers, BEGIN, CLUSTER_ID, makeOnHosts, startMocks, type Registered } from "./world";

beforeAll(startMocks);
afterEach(() => answers.clear());

const PREPARE = "alluxio:index:prepareMaster";
const AWAIT = "alluxio:index:awaitProcesses";

const HA: ClusterConfig = {
  target: "hosts",
  version: "2.9.4",
  masters: { count: 3, hosts: ["a", "b", "c"] },
  workers: [{ name: "cache", ramdisk: "64MB", hosts: ["a", "b", "c"] }],
  underStorage: { path: "/srv/shared" },
  mounts: [{ name: "data", mountPoint: "/mnt/data", workers: ["b"] }],
  proxy: { enabled: false },
  hosts: { addresses: { a: { address: "10.0.0.1" }, b: { address: "10.0.0.2" }, c: { address: "10.0.0.3" } } },
};

const SERVICE = "alluxio:hosts:Service";

test("what is compared with the running services is what they are declared with", async () => {
  const { resources, calls } = await makeOnHosts(HA);
  const begun = calls.filter((one) => one.token === BEGIN);
  expect(begun).toHaveLength(1);
  const { processes, steps, ...cluster } = begun[0]!.inputs as unknown as BeginRolloutArgs<DeclaredService> &
    HostRolloutCluster;
  expect(cluster).toMatchObject({ clusterId: CLUSTER_ID, masters: ["a", "b", "c"], masterWebPort: 19999 });
  expect(Object.values(cluster.services).map(({ role }) => role)).toEqual(["master", "master", "master"]);

  const units = resources.filter(({ type }) => type === SERVICE || type === "alluxio:hosts:FuseMount");
  expect(Object.keys(processes).sort()).toEqual(units.map(({ name }) => name.replace(/^dev-/, "")).sort());
  expect([...steps!.flat()].sort()).toEqual(Object.keys(processes).sort());
  for (const { name, inputs } of units) {
    const { host, unit, unitText, configDigest, mountPoint, site } = processes[name.replace(/^dev-/, "")]!;
    expect({ host, unit: { name: unit, text: unitText }, configDigest, mountPoint }).toEqual({
      ...{ host: inputs["host"], unit: inputs["unit"], configDigest: inputs["configDigest"] },
      mountPoint: inputs["mountPoint"],
    });
    expect(inputs["configFiles"]).toContain(site);
  }
});

test("from the second on a master is preceded by its journal's membership, which knows no later master", async () => {
  const { resources } = await makeOnHosts(HA);
  const members = resources.filter(({ type }) => type === "alluxio:hosts:JournalMember");
  expect(members.map(({ inputs }) => [inputs["host"], inputs["earlierMasters"], inputs["formedWith"]])).toEqual([
    ["b", ["a"], 1],
    ["c", ["a", "b"], 1],
  ]);
  for (const { name, dependsOn, inputs } of members) {
    const master = `dev-${name.replace("dev-journal-member-", "")}`;
    expect(named(resources, master).dependsOn).toContain(name);
    expect(dependsOn).toContain(`dev-configuration-${String(inputs["host"])}`);
  }
  const { text } = named(resources, "dev-journal-member-master-2").inputs["unit"] as { text: string };
  expect(text).toContain("addresses=a:19200,b:19200\n");
});

test("each master knows its journal, and which loss of it is confirmed", async () => {
  const confirm = ["lose the journal /opt/alluxio/journal on host b @3f9c", "give up 1 file not persisted @3f9c"];
  const { resources } = await makeOnHosts({ ...HA, confirm });
  const told = ["dev-master-1", "dev-master-2", "dev-job-master"].map((name) => {
    const { journalFolder, journal, confirmedLoss } = named(resources, name).inputs;
    return [journalFolder, journal, confirmedLoss];
  });
  expect(told).toEqual([
    ["/opt/alluxio/journal", "kept", undefined],
    ["/opt/alluxio/journal", "kept", confirm[0]],
    [undefined, undefined, undefined],
  ]);
});

const named = (resources: readonly Registered[], name: string): Registered =>
  resources.find((one) => one.name === name)!;

/** Everything that happens to a cluster of which all serves and is restarted, in the order in which it does. */
async function restartAll(): Promise<string[]> {
  const events: string[] = [];
  answers.set(BEGIN, (inputs) => {
    const { processes } = inputs as unknown as BeginRolloutArgs<DeclaredService>;
    const before = Object.entries(processes).map(([name, one]) => [name, { id: unitId(one), serving: true }]);
    return { atStake: Object.keys(processes), before: Object.fromEntries(before) as object, workers: ["a"] };
  });
  answers.set(PREPARE, (inputs) => {
    events.push(
      `prepare ${String(inputs["master"])}${inputs["backupDirectory"] === undefined ? "" : " with a backup"}`,
    );
    return {};
  });
  answers.set(AWAIT, (inputs) => {
    const { processes, services } = inputs as unknown as AwaitProcessesArgs & HostRolloutCluster;
    expect(processes.filter(({ id }) => !(id in services))).toEqual([]);
    events.push(`await ${processes.map(({ name }) => name).join(", ")}`);
    return {};
  });
  const { resources } = await makeOnHosts(HA);
  // In the order of registration, which a gate holds up.
  const gates = resources.filter(({ type }) => /:(Service|Ramdisk|FuseMount)$/.test(type)).map(({ name }) => name);
  return [...events, "registered:", ...gates];
}

test("each step waits for those before it; a ramdisk waits with its worker, and mounts come last", async () => {
  expect(await restartAll()).toEqual([
    ...["prepare a with a backup", "await master-1", "prepare b", "await master-2", "prepare c", "await master-3"],
    "await job-master",
    ...["await worker-a, job-worker-a", "await worker-b, job-worker-b", "await worker-c, job-worker-c"],
    "registered:",
    ...["dev-master-1", "dev-master-2", "dev-master-3", "dev-job-master"],
    ...["a", "b", "c"].flatMap((host) => [`dev-ramdisk-${host}`, `dev-worker-${host}`, `dev-job-worker-${host}`]),
    "dev-fuse-data@b",
  ]);
});
