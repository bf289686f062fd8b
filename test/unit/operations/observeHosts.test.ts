import fc from "fast-check";
import { renderStatus } from "../../../cli/renderStatus";
import { planHosts } from "../../../components/plan/hosts/planHosts";
import { planCluster } from "../../../components/plan/planCluster";
import type { ClusterPlan } from "../../../components/plan/types";
import type { ClusterConfig } from "../../../components/spec/config";
import { observeHosts, type HostsAccess, type UnitCondition } from "../../../operations/observeHosts";
import type { Status } from "../../../operations/report";
import { statusOf } from "../../../operations/status";
import type { MasterView } from "../../../provider/probes/leader";
import { UserError } from "../../../provider/rpc/resource";
import { SEED_PAGE } from "../../support/hosts";
import { specOf } from "../../support/specs";
import { CLUSTER_ID, masterView, registeredWorkers } from "./samples";

/** Three masters beside the workers, and two mounts on each. */
const NAMES = ["a", "b", "c"];
const clusterOn = (names: readonly string[], masters = names.slice(0, 3)): ClusterConfig => ({
  ...SEED_PAGE,
  masters: { count: masters.length, hosts: [...masters] },
  hosts: { ...SEED_PAGE.hosts, addresses: {} },
  workers: [{ name: "all", ramdisk: "1GB", hosts: [...names] }],
});

const workersOf = (plan: ClusterPlan) => registeredWorkers(plan).map((one) => ({ ...one, version: plan.version }));
const viewOf = ({ version }: ClusterPlan, host: string, changes: Partial<MasterView>): MasterView =>
  masterView(host, { version, ...changes });

/** Hosts on which all is well, but for what is given. */
function clusterOf(config: ClusterConfig, changes: Partial<HostsAccess> = {}) {
  const spec = specOf(config);
  const plan = planCluster(spec);
  const hosts = planHosts(spec, plan);
  const first = hosts.hosts[0]!.host;
  const access: HostsAccess = {
    service: async () => "running",
    mount: async () => ({ condition: "mounted", unit: "running" }),
    askMaster: async (host) => viewOf(plan, host, host === first ? { workers: workersOf(plan) } : { role: "standby" }),
    askQuorum: async () => undefined,
    ...changes,
  };
  return {
    plan,
    status: async (): Promise<Status> =>
      statusOf({ stack: "dev", clusterId: CLUSTER_ID, plan }, await observeHosts(access, { plan, hosts })),
  };
}
const statusWith = (changes: Partial<HostsAccess>, config = clusterOn(NAMES)): Promise<Status> =>
  clusterOf(config, changes).status();
const off = (...hosts: string[]): Partial<HostsAccess> => {
  const refuse = (host: string): void => {
    if (hosts.includes(host)) throw new UserError(`host ${host} does not answer at 192.0.2.7:22: is it on?`);
  };
  return {
    service: async (host) => (refuse(host), "running"),
    mount: async (host) => (refuse(host), { condition: "mounted", unit: "running" }),
  };
};

test("as the plan has it", async () => {
  const { plan, status } = clusterOf(SEED_PAGE);
  const seen = await status();
  expect(seen).toMatchObject({ target: "hosts", healthy: true, problems: [], webAddress: "http://v2r2-dfx-8:19999" });
  expect(seen.processes).toHaveLength(plan.processes.length);
  expect(seen.mounts.map(({ name, host, mountPoint }) => `${name} ${host} ${mountPoint}`)).toEqual(
    plan.mounts.flatMap(({ name, mountPoint, workers }) => workers.map((host) => `${name} ${host} ${mountPoint!}`)),
  );
});

test("a host that is off is one problem, whatever stands on it, and hides no other", async () => {
  const seen = await statusWith(off("b"));
  expect(seen.problems).toEqual([
    {
      subject: "host b",
      found:
        "does not answer at 192.0.2.7:22: is it on? Out of sight with it: " +
        "master-2, worker-b, job-worker-b, fuse-fuse2@b, fuse-data@b",
      wanted: "answers over SSH",
      hint: "bring it back, then look again: a host that boots starts its services and mounts by itself",
    },
  ]);
  expect(seen.masters.map(({ role }) => role)).toEqual(["leader", "unreachable", "standby"]);
  expect(seen.hosts!.map(({ state }) => state)).toEqual(["reached", "unreachable", "reached"]);
  expect(seen.mounts.filter(({ healthy }) => !healthy).map(({ host }) => host)).toEqual(["b", "b"]);
});

test("a quorum that is lost with its hosts is told beside them", async () => {
  const seen = await statusWith({
    ...off("a", "b"),
    askMaster: async (host) => viewOf(clusterOf(clusterOn(NAMES)).plan, host, { role: "standby" }),
  });
  expect(seen.problems.map(({ subject }) => subject)).toEqual(["host a", "host b", "masters"]);
  expect(seen.workers.map(({ state }) => state)).toEqual(["unknown", "unknown", "unknown"]);
});

test("no host at all is no observation, and a mistake of the program is none either", async () => {
  await expect(statusWith(off(...NAMES))).rejects.toThrow(
    new UserError(
      `none of 3 hosts can be asked: ${NAMES.map((n) => `host ${n} does not answer at 192.0.2.7:22: is it on?`).join("; ")}`,
    ),
  );
  await expect(statusWith({ service: () => Promise.reject(new TypeError("bug")) })).rejects.toThrow(TypeError);
});

test("the quorum is asked for on hosts whose master answers", async () => {
  const asked: string[][] = [];
  const seen = await statusWith({
    askQuorum: async (hosts) => {
      asked.push([...hosts]);
      return { "a:19200": true, "b:19200": false, "c:19200": true };
    },
  });
  expect(asked).toEqual([NAMES]);
  expect(seen.problems.map(({ subject }) => subject)).toEqual(["master master-2"]);
});

test("whichever unit is not well is named with its host, once, and in words that hosts have", async () => {
  const { plan } = clusterOf(clusterOn(NAMES));
  const conditions = fc.constantFrom<UnitCondition>("stopped", "failed", "restarting", "unhealthy", "missing");
  await fc.assert(
    fc.asyncProperty(fc.nat(), conditions, async (pick, condition) => {
      const { name, hostname } = plan.processes[pick % plan.processes.length]!;
      const seen = await statusWith({
        service: async (_, service) => (service.process === name ? condition : "running"),
        mount: async (_, { service }) => ({
          condition: "mounted",
          unit: service.process === name ? condition : "running",
        }),
      });
      expect(seen.problems).toHaveLength(1);
      expect(seen.problems[0]!.found).toContain(`.service on host ${hostname} is ${condition}`);
      expect(JSON.stringify(seen.problems)).not.toMatch(/docker|container/i);
    }),
    { numRuns: 40 },
  );
});

test.each<[UnitCondition, string]>([
  ["failed", "mounted, but nothing answers; unit alluxio-alnair-fuse-data.service on host c is failed"],
  ["running", "mounted, but nothing answers"],
])("a dead mount whose unit is %s", async (unit, found) => {
  const { problems } = await statusWith({
    mount: async (host, { mount }) =>
      host === "c" && mount === "data" ? { condition: "dead", unit } : { condition: "mounted", unit: "running" },
  });
  expect(problems.map((one) => [one.subject, one.found])).toEqual([["mount data on c", found]]);
});

test("a worker that its leader has lost is told with its unit", async () => {
  const { plan } = clusterOf(clusterOn(NAMES));
  const registered = workersOf(plan);
  const { problems } = await statusWith({
    service: async (_, { process }) => (process === "worker-b" ? "stopped" : "running"),
    askMaster: async (host) =>
      viewOf(plan, host, {
        role: host === "a" ? "leader" : "standby",
        workers: registered.filter((worker) => worker.host !== "b"),
        lostWorkers: registered.filter((worker) => worker.host === "b"),
      }),
  });
  expect(problems).toMatchInlineSnapshot(`
   [
     {
       "found": "lost: the leader has not heard of it for too long; unit alluxio-alnair-worker.service on host b is stopped",
       "hint": "\`sudo journalctl -n 20 -u alluxio-alnair-worker.service\` on b says why; \`npx pulumi up --refresh -s dev\` starts it again",
       "subject": "worker b",
       "wanted": "registered with 1 GiB",
     },
   ]
  `);
});

test("many hosts: the one sick mount stands out", async () => {
  const names = Array.from({ length: 50 }, (_, i) => `n${i}`);
  const { problems, ...seen } = await statusWith(
    {
      mount: async (host, { mount }) => ({
        condition: host === "n7" && mount === "data" ? "silent" : "mounted",
        unit: "running",
      }),
    },
    clusterOn(names, ["n0"]),
  );
  const text = renderStatus({ ...seen, problems }, { colors: false });
  const mounts = text.slice(text.indexOf("Mounts"), text.indexOf("Hosts "));
  expect(mounts.trim().split("\n").slice(1)).toEqual([
    expect.stringMatching(/ mounted .* 50 hosts$/),
    expect.stringMatching(/ mounted .* 49 hosts$/),
    expect.stringMatching(/ silent .* n7$/),
  ]);
  expect(text).toContain("Hosts      50 of 50 answer\n");
});
