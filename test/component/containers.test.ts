import { RICH, SMALL } from "../support/specs";
import { CLUSTER_ID, IMAGE_ID, make, startMocks, type Made, type Registered } from "./world";

beforeAll(startMocks);

interface Mount {
  type: string;
  source: string;
  target: string;
  bindOptions?: { propagation: string };
}
interface ContainerInputs {
  name: string;
  command: string[];
  envs: string[];
  mounts: Mount[];
  labels: { label: string; value: string }[];
  ports: { internal: number; ip: string; external?: number }[];
  healthcheck: { tests: string[]; interval: string; timeout: string; startPeriod: string };
  capabilities?: { adds: string[] };
  networksAdvanced: { name: string; aliases: string[] }[];
}
const inputsOf = (container: Registered): ContainerInputs => container.inputs as unknown as ContainerInputs;
const containersOf = (made: Made): Registered[] =>
  made.resources.filter((resource) => resource.type === "docker:index/container:Container");
const roleOf = (container: Registered): string =>
  /^dev-(job-master|job-worker|master|worker|proxy|fuse)/.exec(container.name)![1]!;

let containers: Registered[];
beforeAll(async () => {
  containers = containersOf(await make(RICH));
});
const container = (name: string): ContainerInputs => inputsOf(containers.find((one) => one.name === name)!);

test("one process each, and none that is told to format", () => {
  const COMMANDS: Readonly<Record<string, string[]>> = {
    master: ["master-only", "--no-format"],
    worker: ["worker-only", "--no-format"],
    "job-master": ["job-master"],
    "job-worker": ["job-worker"],
    proxy: ["proxy"],
  };
  expect(containers).toHaveLength(13);
  for (const one of containers.filter((other) => roleOf(other) !== "fuse")) {
    expect([one.name, inputsOf(one).command]).toEqual([one.name, COMMANDS[roleOf(one)]]);
  }
  for (const one of containers) {
    const words = [...inputsOf(one).command, ...inputsOf(one).envs].join(" ");
    expect(words.replaceAll("--no-format", "")).not.toMatch(/\bformat(Master|Journal|Worker|s)?\b/i);
  }
});

test("FUSE: options, then the mount point on the machine, then the Alluxio path", () => {
  expect(container("dev-fuse-data").command).toEqual([
    "fuse",
    "--fuse-opts=allow_other,kernel_cache,attr_timeout=600,entry_timeout=600",
    "/mnt/alluxio/dev-3f9c/data",
    "/data",
  ]);
  expect(container("dev-fuse-scratch").command.slice(2)).toEqual(["/mnt/scratch/alluxio", "/"]);
});

test("only FUSE may mount, and only its mount root is seen by the machine", () => {
  for (const one of containers) {
    const { mounts, ...inputs } = inputsOf(one);
    const shared = mounts.filter((mount) => mount.bindOptions !== undefined);
    if (roleOf(one) === "fuse") {
      expect(inputs).toMatchObject({
        user: "0:0",
        capabilities: { adds: ["CAP_SYS_ADMIN"] },
        devices: [{ hostPath: "/dev/fuse" }],
      });
      expect(shared).toHaveLength(1);
    } else {
      expect([one.name, Object.keys(inputs)]).toEqual([one.name, expect.not.arrayContaining(["capabilities", "user"])]);
      expect(shared).toEqual([]);
    }
  }
  expect(container("dev-fuse-data").mounts).toEqual([
    { type: "volume", source: "dev-ramdisk-small-1-3f9c", target: "/mnt/ramdisk" },
    {
      type: "bind",
      source: "/mnt/alluxio/dev-3f9c",
      target: "/mnt/alluxio/dev-3f9c",
      bindOptions: { propagation: "rshared" },
    },
  ]);
  expect(container("dev-fuse-scratch").mounts.map((mount) => mount.target)).toEqual(["/mnt/scratch"]);
});

test("a worker sees its own ramdisk, tiers and the under storage", () => {
  expect(container("dev-worker-large-2").mounts).toEqual([
    { type: "volume", source: "dev-ramdisk-large-2-3f9c", target: "/mnt/ramdisk" },
    { type: "bind", source: "/ssd/alluxio", target: "/ssd/alluxio" },
    { type: "volume", source: "dev-under-storage-3f9c", target: "/opt/alluxio/underFSStorage" },
  ]);
});

test("inputs that the docker plugin turns into a change at every run are not given", () => {
  for (const one of containers) {
    const keys = Object.keys(one.inputs);
    for (const bad of ["cpus", "memory", "memorySwap", "networkMode", "links", "init"]) expect(keys).not.toContain(bad);
    // The plugin reads durations back as Go prints them, and capabilities with their prefix.
    const { interval, timeout, startPeriod } = inputsOf(one).healthcheck;
    for (const duration of [interval, timeout, startPeriod])
      expect(duration).toMatch(/^(\d+h\d+m|\d+m)?[1-5]?\d(\.\d+)?s$/);
    for (const capability of inputsOf(one).capabilities?.adds ?? []) expect(capability).toMatch(/^CAP_[A-Z_]+$/);
  }
});

test("changes that the plugin would only pretend to make replace the container, the old one first", () => {
  for (const one of containers) {
    expect([...one.replaceOnChanges].sort()).toEqual(["healthcheck", "tmpfs"]);
    expect(one.deleteBeforeReplace).toBe(true);
    expect(one.ignoreChanges).toEqual([]);
  }
});

test("labels: whose it is, and which process", async () => {
  const made = containersOf(await make({ ...SMALL, labels: { team: "vision" } }));
  expect(made).toHaveLength(4);
  for (const one of made) {
    expect(inputsOf(one).labels).toEqual([
      { label: "alluxio.cluster-id", value: CLUSTER_ID },
      { label: "alluxio.cluster", value: "dev" },
      { label: "alluxio.stack", value: "dev" },
      { label: "alluxio.process", value: one.name.replace(/^dev-/, "") },
      { label: "team", value: "vision" },
    ]);
  }
});

test("on the cluster's own network alone, by the name that it registers under", () => {
  for (const one of containers) {
    const { networksAdvanced } = inputsOf(one);
    expect(networksAdvanced).toEqual([{ name: "dev-network-3f9c", aliases: [one.inputs["hostname"]] }]);
    expect(one.inputs).toMatchObject({ image: IMAGE_ID, restart: "unless-stopped", mustRun: true });
  }
});

test("only masters' web servers are published, on the loopback address alone", async () => {
  const ports = (made: Registered[]) => made.flatMap((one) => inputsOf(one).ports);
  expect(ports(containers)).toEqual(Array.from({ length: 3 }, () => ({ internal: 19999, ip: "127.0.0.1" })));
  expect(ports(containersOf(await make({ ...SMALL, masters: { count: 3 }, ports: { published: 20500 } })))).toEqual(
    [20500, 20501, 20502].map((external) => ({ internal: 19999, ip: "127.0.0.1", external })),
  );
});

test("the health check asks the web server of this very process", async () => {
  const checked = containersOf(await make({ ...SMALL, ports: { workerWeb: 31000 } })).map((one) => [
    one.name,
    inputsOf(one).healthcheck.tests.at(-1),
  ]);
  expect(Object.fromEntries(checked)).toEqual({
    "dev-master-1": "http://127.0.0.1:19999/",
    "dev-job-master": "http://127.0.0.1:20002/",
    "dev-worker-small-1": "http://127.0.0.1:31000/",
    "dev-job-worker-small-1": "http://127.0.0.1:30003/",
  });
});

test("the smallest cluster, container by container", async () => {
  const made = containersOf(await make(SMALL));
  expect(Object.fromEntries(made.map((one) => [one.name, one.inputs]))).toMatchSnapshot();
});
