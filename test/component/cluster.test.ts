import type { ClusterConfig } from "../../components/spec/config";
import { RICH, SMALL } from "../support/specs";
import { answers, BEGIN, CLUSTER_ID, IMAGE_ID, make, startMocks, type Made, type Registered } from "./world";

beforeAll(startMocks);

const typeAndName = ({ type, name }: Registered): string => `${type} ${name}`;
const of = (made: Made, type: string): Registered[] => made.resources.filter((resource) => resource.type === type);
const named = (made: Made, name: string): Registered => {
  const found = made.resources.filter((resource) => resource.name === name);
  expect(found.map(typeAndName)).toHaveLength(1);
  return found[0]!;
};

describe("a cluster with a bit of everything", () => {
  let made: Made;
  beforeAll(async () => {
    made = await make(RICH);
  });

  test("registers exactly these resources", () => {
    expect(made.resources.map(typeAndName).sort()).toEqual([
      "alluxio:docker:Cluster dev",
      "alluxio:index:ChangeGuard dev-guard",
      "alluxio:index:DataVolume dev-journal-master-1",
      "alluxio:index:DataVolume dev-journal-master-2",
      "alluxio:index:DataVolume dev-journal-master-3",
      "alluxio:index:DataVolume dev-under-storage",
      "alluxio:index:FuseMount dev-mount-data",
      "alluxio:index:FuseMount dev-mount-scratch",
      "alluxio:index:JournalMember dev-journal-member-master-2",
      "alluxio:index:JournalMember dev-journal-member-master-3",
      "alluxio:index:Membership dev-membership",
      "alluxio:index:MountRoot dev-mount-root",
      "alluxio:index:MountRoot dev-mount-root-mnt/scratch",
      "alluxio:index:Preflight dev-preflight",
      "command:local:Command dev-paths",
      "docker:index/container:Container dev-fuse-data",
      "docker:index/container:Container dev-fuse-scratch",
      "docker:index/container:Container dev-job-master",
      "docker:index/container:Container dev-job-worker-large-1",
      "docker:index/container:Container dev-job-worker-large-2",
      "docker:index/container:Container dev-job-worker-small-1",
      "docker:index/container:Container dev-master-1",
      "docker:index/container:Container dev-master-2",
      "docker:index/container:Container dev-master-3",
      "docker:index/container:Container dev-proxy",
      "docker:index/container:Container dev-worker-large-1",
      "docker:index/container:Container dev-worker-large-2",
      "docker:index/container:Container dev-worker-small-1",
      "docker:index/network:Network dev-network",
      "docker:index/volume:Volume dev-ramdisk-large-1",
      "docker:index/volume:Volume dev-ramdisk-large-2",
      "docker:index/volume:Volume dev-ramdisk-small-1",
      "pulumi:providers:alluxio dev-alluxio",
      "pulumi:providers:docker dev-docker",
    ]);
  });

  const children = (): Registered[] => made.resources.filter((resource) => resource.name !== "dev");

  test("all are children of the cluster, and bear its name", () => {
    for (const child of children()) {
      expect(child.parent).toBe("dev");
      expect(child.name).toMatch(/^dev-./);
    }
  });

  test("all but the providers and the guard come after the guard, and after the look at the machine", () => {
    const first = ["dev-docker", "dev-alluxio", "dev-guard", "dev-preflight"];
    for (const child of children().filter((one) => !first.includes(one.name))) {
      expect([child.name, ...child.dependsOn]).toEqual(expect.arrayContaining(["dev-guard", "dev-preflight"]));
    }
    expect(named(made, "dev-guard").dependsOn).toEqual([]);
    expect(named(made, "dev-preflight").dependsOn).toEqual(["dev-guard"]);
  });

  test("each goes through the cluster's own provider of its plugin", () => {
    for (const child of children().filter((one) => !one.type.startsWith("pulumi:providers:"))) {
      const plugin = child.type.replace(/:.*/, "");
      expect([child.name, child.provider]).toEqual([
        child.name,
        plugin === "command" ? "" : expect.stringContaining(`::dev-${plugin}::dev-${plugin}-id`),
      ]);
    }
  });

  test("before the docker plugin makes something, its name is freed; nothing else has a hook", () => {
    const hooked = children().filter((one) => one.beforeCreate.length > 0);
    expect(hooked.map(typeAndName)).toEqual(
      children()
        .filter((one) => one.type.startsWith("docker:"))
        .map(typeAndName),
    );
    expect(new Set(hooked.flatMap((one) => one.beforeCreate))).toEqual(new Set(["dev: is the name free?"]));
  });

  test("names on the machine end in four characters of the cluster id", () => {
    const onMachine = children().flatMap(({ inputs }) => inputs["name"] ?? inputs["volumeName"] ?? []);
    expect(onMachine).toHaveLength(13 + 3 + 4 + 1);
    for (const name of onMachine) expect(name).toMatch(/^dev-[a-z0-9-]+-3f9c$/);
    expect(new Set(onMachine).size).toBe(onMachine.length);
  });

  test("labels of volumes and networks never change, and a ramdisk is made anew after the old one is gone", () => {
    const kept = [...of(made, "docker:index/volume:Volume"), ...of(made, "docker:index/network:Network")];
    expect(kept).toHaveLength(4);
    for (const one of kept) expect(one.ignoreChanges).toEqual(["labels"]);
    for (const one of of(made, "docker:index/volume:Volume")) expect(one.deleteBeforeReplace).toBe(true);
  });

  test("what the spec keeps stays on destroy, and nothing else", () => {
    expect(made.resources.filter((one) => one.retainOnDelete).map((one) => one.name)).toEqual(["dev-under-storage"]);
  });

  test("volumes say what they hold, and bear what finds them again", () => {
    expect(named(made, "dev-under-storage").inputs).toEqual({
      volumeName: "dev-under-storage-3f9c",
      holds: "every persisted file",
      clusterId: CLUSTER_ID,
      labels: {
        "alluxio.cluster-id": CLUSTER_ID,
        "alluxio.cluster": "dev",
        "alluxio.stack": "dev",
        "alluxio.owner": "0123456789abcdef",
        "alluxio.volume": "under-storage",
      },
      confirm: [],
      presence: "present",
    });
    expect(named(made, "dev-journal-master-2").inputs["holds"]).toBe("the journal of master-2");
  });

  test("each ramdisk is a tmpfs of its worker's size", () => {
    const options = of(made, "docker:index/volume:Volume").map(({ name, inputs }) => [name, inputs["driverOpts"]]);
    const tmpfs = (mebibytes: number) => ({ type: "tmpfs", device: "tmpfs", o: `size=${mebibytes}m,mode=1777` });
    expect(Object.fromEntries(options)).toEqual({
      "dev-ramdisk-small-1": tmpfs(256),
      "dev-ramdisk-large-1": tmpfs(512),
      "dev-ramdisk-large-2": tmpfs(512),
    });
  });

  test("membership waits for every server, and expects each worker with its capacity and version", () => {
    const membership = named(made, "dev-membership");
    const servers = of(made, "docker:index/container:Container").filter((one) => !one.name.startsWith("dev-fuse-"));
    expect(membership.dependsOn).toEqual(expect.arrayContaining(servers.map((one) => one.name)));
    expect(membership.inputs).toMatchObject({
      clusterId: CLUSTER_ID,
      workers: {
        "small-1": { capacityBytes: 256 * 1024 ** 2, version: "2.9.4" },
        "large-1": { capacityBytes: 1536 * 1024 ** 2, version: "2.9.4" },
        "large-2": { capacityBytes: 1536 * 1024 ** 2, version: "2.9.4" },
      },
      masters: ["dev-master-1-3f9c", "dev-master-2-3f9c", "dev-master-3-3f9c"],
      masterWebPort: 19999,
      network: "dev-network-3f9c",
    });
  });

  test("a FUSE process starts after its mount root, all servers and its Alluxio path; its mount is proved after it", () => {
    const servers = made.resources
      .map(({ name }) => name)
      .filter((name) => /^dev-(master|worker|job|proxy)-/.test(name));
    expect(servers).toHaveLength(10);
    expect(named(made, "dev-fuse-data").dependsOn).toEqual(
      expect.arrayContaining([...servers, "dev-mount-root", "dev-paths", "dev-ramdisk-small-1"]),
    );
    expect(named(made, "dev-fuse-scratch").dependsOn).toEqual(
      expect.arrayContaining([...servers, "dev-mount-root-mnt/scratch", "dev-paths"]),
    );
    expect(named(made, "dev-fuse-scratch").dependsOn).not.toContain("dev-ramdisk-small-1");
    expect(named(made, "dev-mount-data").dependsOn).toContain("dev-fuse-data");
    expect(named(made, "dev-mount-data").inputs).toMatchObject({
      mountPoint: "/mnt/alluxio/dev-3f9c/data",
      container: "dev-fuse-data-3f9c",
      image: IMAGE_ID,
      condition: "mounted",
      readAheadKiB: 1024,
    });
    expect(named(made, "dev-mount-scratch").inputs).toMatchObject({ mountPoint: "/mnt/scratch/alluxio" });
    expect(named(made, "dev-mount-scratch").inputs).not.toHaveProperty("readAheadKiB");
  });

  test("a master that could join a quorum is preceded by its membership of it", () => {
    expect(named(made, "dev-master-3").dependsOn).toContain("dev-journal-member-master-3");
    expect(named(made, "dev-journal-member-master-3").dependsOn).toEqual(
      expect.arrayContaining(["dev-master-1", "dev-master-2", "dev-journal-master-3"]),
    );
  });

  test("paths reach the shell as variables, never as code", () => {
    const { create, environment } = named(made, "dev-paths").inputs;
    expect(environment).toEqual({ MASTER: "dev-master-1-3f9c", ALLUXIO_PATHS: "/data:/datasets/cifar" });
    expect(create).not.toMatch(/cifar|dev-master/);
  });

  test("outputs", () => {
    expect(made.outputs).toEqual({
      clusterId: CLUSTER_ID,
      webAddress: "http://127.0.0.1:32768",
      masters: ["master-1:19998", "master-2:19998", "master-3:19998"],
      mountPoints: { data: "/mnt/alluxio/dev-3f9c/data", scratch: "/mnt/scratch/alluxio" },
      network: "dev-network-3f9c",
    });
  });
});

describe("what a spec leaves out", () => {
  test("no mounts: no roots and no paths", async () => {
    const made = await make(SMALL);
    expect(made.resources.map((resource) => resource.type).filter((type) => /Fuse|Root|Command/.test(type))).toEqual(
      [],
    );
    expect(made.outputs["mountPoints"]).toEqual({});
  });

  test("another Docker is told to both plugins, and to the docker command line", async () => {
    const host = "tcp://10.0.0.7:2375";
    const made = await make({ ...SMALL, docker: { host }, dataSets: [{ name: "cifar" }] });
    expect(named(made, "dev-docker").inputs).toMatchObject({ host });
    expect(named(made, "dev-alluxio").inputs).toMatchObject({ dockerHost: host });
    expect(named(made, "dev-paths").inputs["environment"]).toMatchObject({ DOCKER_HOST: host });
  });

  test.each<[string, ClusterConfig, string[]]>([
    ["nothing kept", SMALL, []],
    ["the journal kept", { ...SMALL, masters: { journal: { keep: true } } }, ["dev-journal-master-1"]],
  ])("%s", async (_, config, kept) => {
    const made = await make(config);
    expect(made.resources.filter((one) => one.retainOnDelete).map((one) => one.name)).toEqual(kept);
  });
});

test("no two resources have one name, however alike the folders of mounts are", async () => {
  const mounts = ["/mnt/a/b/x", "/mnt/a-b/x", "/mnt/a/b/y"].map((mountPoint, i) => ({ name: `m${i}`, mountPoint }));
  const names = (await make({ ...SMALL, mounts: [...mounts, { name: "root" }] })).resources.map(typeAndName);
  expect(names.filter((name) => name.includes("MountRoot"))).toHaveLength(3);
  expect(new Set(names).size).toBe(names.length);
});

describe("what needs masters alone waits", () => {
  const AWAIT = "alluxio:index:awaitProcesses";
  const config: ClusterConfig = { ...SMALL, dataSets: [{ name: "imagenet", path: "/imagenet" }] };
  const unchanged = { atStake: [], before: { "master-1": { id: "dev-master-1-id", serving: true } }, workers: [] };
  afterEach(() => answers.clear());

  test.each<[string, boolean, string, () => object]>([
    ["for masters that were made, until they serve", false, AWAIT, () => ({})],
    ["for all, where they do not", true, AWAIT, () => ({ problem: { process: "master-1" } })],
    ["for all, where nobody can tell", true, AWAIT, () => Promise.reject(new Error("no Docker"))],
    ["for all, where no master was made", true, BEGIN, () => unchanged],
  ])("%s", async (_, forAll, token, answer) => {
    answers.set(token, answer as never);
    const { resources, calls } = await make(config);
    const [paths] = resources.filter(({ name }) => name === "dev-paths");
    expect(paths!.dependsOn.includes("dev-membership")).toBe(forAll);
    expect(calls.filter((call) => call.token === AWAIT)).toHaveLength(token === AWAIT ? 1 : 0);
  });
});
