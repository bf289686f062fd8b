import { unitId } from "../../../../components/plan/hosts/names";
import { Hosts, type Ssh } from "../../../../provider/hosts/hosts";
import {
  compared,
  hostRollout,
  type DeclaredService,
  type HostRolloutCluster,
} from "../../../../provider/hosts/hostRollout";
import { NotAttempted } from "../../../../provider/rollout/notAttempted";
import { fakeClock } from "../fakes";
import { OFF } from "./given";

const MASTER: DeclaredService = {
  host: "blue4",
  unit: "alluxio-dev-master.service",
  role: "master",
  healthPort: 19999,
  unitText: "[Service]\n",
  configDigest: "d1",
  site: "/opt/alluxio/conf/master/alluxio-site.properties",
  properties: { "alluxio.master.rpc.port": "19998" },
};
const SEEN = { unitText: MASTER.unitText, configDigest: "d1" };
const SITE = { "alluxio.master.rpc.port": "19998" };

describe("what the engine is going to restart", () => {
  test.each<[string, Partial<DeclaredService>, Partial<typeof SEEN>, Record<string, string>, object]>([
    ["nothing", {}, {}, SITE, {}],
    ["another unit", { unitText: "[Service]\nNice=1\n" }, {}, SITE, { differs: true }],
    ["another configuration", { configDigest: "d2" }, {}, SITE, { differs: true }],
    ["a file that is newer than the process", {}, { configDigest: "older" }, SITE, { differs: true }],
    ["credentials alone", { configDigest: "d1-b" }, { configDigest: "d1-a" }, SITE, { differs: true, alone: true }],
    ["credentials and more", { configDigest: "d2-b" }, { configDigest: "d1-a" }, SITE, { differs: true }],
    [
      "credentials and the release",
      { configDigest: "d1-b", unitText: "x" },
      { configDigest: "d1-a" },
      SITE,
      { differs: true },
    ],
    [
      "the masters' port",
      { configDigest: "d2", properties: { "alluxio.master.rpc.port": "20998" } },
      {},
      SITE,
      { differs: true, dividing: ["alluxio.master.rpc.port"] },
    ],
    [
      "the port on which a master tells its role",
      { configDigest: "d2", properties: { ...SITE, "alluxio.master.web.port": "20999" } },
      {},
      SITE,
      { differs: true, dividing: ["alluxio.master.web.port"] },
    ],
    ["what its lost file told it", { configDigest: "d2" }, {}, {}, { differs: true }],
    [
      "a port, in a worker's eyes",
      { role: "worker", configDigest: "d2", properties: {} },
      {},
      SITE,
      { differs: true, master: false },
    ],
  ])("%s", (_, declared, seen, site, expected) => {
    const {
      differs,
      dividing,
      credentialsAlone: alone,
      master,
    } = compared({ ...MASTER, ...declared }, { ...SEEN, ...seen }, site);
    const fine = { differs: false, dividing: [], alone: false, master: true };
    expect({ differs, dividing, alone, master }).toEqual({ ...fine, ...expected });
  });
});

/** A host that gives the same answer to every look of a kind; what was asked stands in `scripts`. */
function hostsThatSay(service: string, site = ""): { hosts: Hosts; scripts: string[] } {
  const scripts: string[] = [];
  const run: Ssh["run"] = async (_host, script) => {
    scripts.push(script);
    const [marker = ""] = /answered-[0-9a-f]+/.exec(script) ?? [];
    const calls = script.split(marker).length - 1;
    const text = script.includes("show_service") ? service : site;
    return { code: 0, stdout: `${text}\n${marker} 0\n`.repeat(calls), stderr: "" };
  };
  return { hosts: new Hosts({ run, upload: () => Promise.reject(new Error("nobody uploads")) }), scripts };
}

const RUNS = [
  ...["enabled yes", `unit ${Buffer.from(MASTER.unitText).toString("base64")}`, "ActiveState=active"],
  ...["SubState=running", "NRestarts=1", "ExecMainStartTimestampMonotonic=900000000", "digest d1"],
  ...["clock 5000000.5 1000.0", "healthy"],
].join("\n");
const CLUSTER: HostRolloutCluster = {
  ...{ clusterId: "3f9c2ab1d4e5aa00", masters: ["blue4"], masterWebPort: 19999 },
  installation: { prefix: "/opt/alluxio", user: "alluxio" },
  services: { [unitId(MASTER)]: MASTER },
};

describe("how a service runs", () => {
  test("its start is told by its age, whatever the host's clock shows", async () => {
    const clock = fakeClock();
    const running = await hostRollout(hostsThatSay(RUNS).hosts, clock).inspect(CLUSTER, unitId(MASTER));
    expect(running).toEqual({
      ...{ id: "blue4:alluxio-dev-master.service", serving: true, state: "running", restarts: 1 },
      startedAt: clock.now() - 100_000,
    });
  });

  test("a master is also known by its host", async () => {
    const access = hostRollout(hostsThatSay(RUNS).hosts, fakeClock());
    expect((await access.inspect(CLUSTER, "blue4"))?.serving).toBe(true);
  });

  test("it is asked on the port that the running one was told, not on the one that it is going to have", async () => {
    const { hosts, scripts } = hostsThatSay(RUNS, "alluxio.master.web.port=21999\n");
    const found = await hostRollout(hosts, fakeClock()).compare(CLUSTER, MASTER);
    expect([found?.serving, found?.dividing]).toEqual([true, ["alluxio.master.rpc.port", "alluxio.master.web.port"]]);
    expect(scripts.at(-1)).toContain("21999");
  });

  test("what nobody of this cluster has started is not there", async () => {
    const foreign = hostsThatSay(RUNS.replace("digest d1", "digest ")).hosts;
    expect(await hostRollout(foreign, fakeClock()).compare(CLUSTER, MASTER)).toBeUndefined();
  });

  test("a dead host does not serve, and keeps nobody from looking at the others", async () => {
    const dead: Ssh = { run: () => Promise.reject(OFF), upload: () => Promise.reject(OFF) };
    const access = hostRollout(new Hosts(dead), fakeClock());
    const expected = { serving: false, state: "not to be seen (host blue4 refuses connections)" };
    expect(await access.inspect(CLUSTER, "blue4")).toMatchObject(expected);
    expect(await access.compare(CLUSTER, MASTER)).toMatchObject({ ...expected, differs: false, master: true });
  });
});

describe("NotAttempted", () => {
  const left = new NotAttempted();
  left.begin(
    [["master-a"], ["worker-a", "worker-b"], ["proxy"]],
    ["master-a", "worker-b", "proxy"],
    new Map([
      ["master-a", "a:m"],
      ["proxy", "a:p"],
    ]),
  );

  test("names what waited for the process that failed", () => {
    expect(left.after("a:m")).toMatch(/^Not attempted: worker-b, proxy\. Correct the spec, or undo the change/);
  });

  test.each(["a:p", "a:unknown"])("says nothing where nothing waited: %s", (id) => {
    expect(left.after(id)).toBe("");
  });
});
