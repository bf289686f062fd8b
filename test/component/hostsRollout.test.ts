import { type DeclaredService, type HostRolloutCluster } from "../../provider/hosts/hostRollout";
import { unitId } from "../../components/plan/hosts/names";
import type { AwaitProcessesArgs } from "../../provider/rollout/awaitProcesses";
import type { BeginRolloutArgs } from "../../provider/rollout/beginRollout";
import type { PrepareMasterArgs } from "../../provider/rollout/prepareMaster";
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

test("of several masters each is preceded by its journal's membership, one after the other", async () => {
  const { resources } = await makeOnHosts(HA);
  const members = resources.filter(({ type }) => type === "alluxio:hosts:JournalMember");
  expect(
    members.map(({ inputs: { host, earlierMasters, laterMasters, formedWith } }) => ({
      ...{ host, earlierMasters, laterMasters, formedWith },
    })),
  ).toEqual([
    { host: "a", earlierMasters: [], laterMasters: ["b", "c"], formedWith: 1 },
    { host: "b", earlierMasters: ["a"], laterMasters: ["c"], formedWith: 1 },
    { host: "c", earlierMasters: ["a", "b"], laterMasters: [], formedWith: 1 },
  ]);
  expect(named(resources, "dev-journal-member-master-3").dependsOn).toContain("dev-master-2");
  for (const { name, dependsOn, inputs } of members) {
    const master = `dev-${name.replace("dev-journal-member-", "")}`;
    expect(named(resources, master).dependsOn).toContain(name);
    expect(dependsOn).toContain(`dev-configuration-${String(inputs["host"])}`);
    expect(inputs["intended"]).toEqual(["a:19200", "b:19200", "c:19200"]);
    expect(inputs["unit"]).toMatchObject({ text: (named(resources, master).inputs["unit"] as { text: string }).text });
  }
});

test("the only master joins nothing", async () => {
  const { resources } = await makeOnHosts({ ...HA, masters: { hosts: ["a"] } });
  expect(resources.filter(({ type }) => type === "alluxio:hosts:JournalMember")).toEqual([]);
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

/**
 * Everything that happens to a cluster of which all serves and is restarted, in the order in which it does.
 * @param added processes of which nothing stands yet
 */
async function restartAll({
  added = [],
  newMastersFirst = false,
}: { added?: string[]; newMastersFirst?: boolean } = {}) {
  const events: string[] = [];
  answers.set(BEGIN, (inputs) => {
    const { processes, addresses } = inputs as unknown as BeginRolloutArgs<DeclaredService>;
    expect(addresses).toEqual(["a:19200", "b:19200", "c:19200"]);
    const old = Object.entries(processes).filter(([name]) => !added.includes(name));
    const before = Object.fromEntries(old.map(([name, one]) => [name, { id: unitId(one), serving: true }])) as object;
    return { atStake: old.map(([name]) => name), before, workers: ["a"], newMastersFirst };
  });
  answers.set(PREPARE, (inputs) => {
    const { master, backupDirectory, newMasters } = inputs as unknown as PrepareMasterArgs;
    const without = newMasters?.length ? `, ${newMasters.join(", ")} not to lead` : "";
    events.push(`prepare ${master}${backupDirectory === undefined ? "" : " with a backup"}${without}`);
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

test.each<[string, string[], boolean, string[]]>([
  [
    "where no master can be spared new ones are members first",
    ["master-2", "worker-b"],
    true,
    [
      "await master-2",
      ...["prepare a with a backup, b not to lead", "await master-1", "await master-2"],
      ...["prepare c, b not to lead", "await master-3"],
    ],
  ],
  [
    "also the first",
    ["master-1", "job-master"],
    true,
    [
      "await master-1",
      ...["await master-1", "prepare b with a backup, a not to lead", "await master-2"],
      ...["prepare c, a not to lead", "await master-3"],
    ],
  ],
  [
    "else they come in their turn",
    ["master-3"],
    false,
    [
      ...["prepare a with a backup, c not to lead", "await master-1", "prepare b, c not to lead", "await master-2"],
      "await master-3",
    ],
  ],
])("%s", async (_, added, newMastersFirst, expected) => {
  const events = await restartAll({ added, newMastersFirst });
  expect(events.filter((event) => /^(prepare|await master)/.test(event))).toEqual(expected);
});
