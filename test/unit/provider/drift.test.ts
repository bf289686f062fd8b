import { conditionOf, loopVerdict, type ContainerSight } from "../../../provider/probes/containerCondition";
import { parseServers } from "../../../provider/probes/mountinfo";
import { parseProperties, propertiesThatDiffer } from "../../../provider/probes/runningProperties";
import { atMost } from "../../../provider/docker/atMost";
import { parseObservation } from "../../../provider/docker/dockerMounts";

const NETWORK = "dev-network-3f9c";

type Sight = Partial<ContainerSight["State"]> & { health?: string; restarts?: number; networks?: string[] };

const container = ({ health = "healthy", restarts = 0, networks = [NETWORK], ...state }: Sight): ContainerSight => ({
  State: { Running: true, Paused: false, Restarting: false, Health: { Status: health }, ...state },
  RestartCount: restarts,
  NetworkSettings: { Networks: Object.fromEntries(networks.map((name) => [name, {}])) },
});

describe("the condition of a container", () => {
  test.each<[string, Sight, ReturnType<typeof conditionOf>]>([
    ["healthy", {}, "running"],
    ["starting", { health: "starting" }, "running"],
    ["on another network too", { networks: ["other", NETWORK] }, "running"],
    ["stopped: that is the plugin's", { Running: false }, undefined],
    ["paused", { Paused: true }, "paused"],
    ["paused, and more", { Paused: true, health: "unhealthy", networks: [] }, "paused"],
    ["unhealthy", { health: "unhealthy" }, "unhealthy"],
    ["on no network", { networks: [] }, "disconnected"],
    ["on another network", { networks: ["other"] }, "disconnected"],
    ["restarted once by Docker", { health: "starting", restarts: 1 }, "running"],
    ["restarted often, and healthy since", { restarts: 9 }, "running"],
    ["restarted often, and starting", { health: "starting", restarts: 2 }, "suspicious"],
    ["restarted often, and down just now", { Restarting: true, health: "unhealthy", restarts: 5 }, "suspicious"],
  ])("%s", (_, sight, expected) => {
    expect(conditionOf(container(sight), NETWORK)).toBe(expected);
  });

  const first = container({ health: "starting", restarts: 3 });
  test.each<[string, Sight, boolean, ReturnType<typeof loopVerdict>]>([
    ["healthy in the end", { restarts: 3 }, false, "running"],
    ["stopped in the end", { Running: false, restarts: 3 }, false, "running"],
    ["another start", { health: "starting", restarts: 4 }, false, "crash-looping"],
    ["still starting", { health: "starting", restarts: 3 }, false, undefined],
    ["still starting when time is up", { health: "starting", restarts: 3 }, true, "running"],
    [
      "still waiting for a start when time is up",
      { Restarting: true, health: "starting", restarts: 3 },
      true,
      "crash-looping",
    ],
  ])("suspicious, then %s", (_, sight, last, expected) => {
    expect(loopVerdict(first, container(sight), last)).toBe(expected);
  });
});

describe("the properties of a process", () => {
  const process = {
    properties: { "alluxio.master.worker.timeout": "15s", "alluxio.worker.hostname": "small-1", "a.path": "C:\\x" },
    jvmOptions: ["-Xmx96m", "-Dalluxio.master.metastore=HEAP"],
  };
  const FILE = "alluxio.master.worker.timeout=15s\nalluxio.worker.hostname=small-1\na.path=C:\\\\x\n";
  const COMMAND =
    "java\n-Xmx96m\n-Dalluxio.home=/opt/alluxio\n-Dalluxio.logger.type=Console,MASTER_LOGGER\n-Dalluxio.master.metastore=HEAP\nalluxio.master.AlluxioMaster\n";
  const configuration = (...entries: [string, string, string][]) =>
    JSON.stringify({ configuration: entries.map(([left, middle, right]) => ({ left, middle, right })) });
  const answer = (file = FILE, command = COMMAND, says = "") =>
    `${file}\n--- command\n${command}--- configuration\n${says}`;

  test.each<[string, string, Record<string, string>]>([
    ["as declared", answer(), {}],
    ["an empty answer", "", {}],
    ["another value in the file", answer(FILE.replace("15s", "40s")), { "alluxio.master.worker.timeout": "40s" }],
    ["more in the file", answer(`${FILE}# c\n\nalluxio.user.x = 1 \n`), { "alluxio.user.x": "1" }],
    [
      "another value on the command line, which wins over the file",
      answer(FILE.replace("15s", "40s"), `-Dalluxio.master.worker.timeout=50s\n${COMMAND}`),
      { "alluxio.master.worker.timeout": "50s" },
    ],
    ["more on the command line", answer(FILE, `-Dalluxio.user.x=1\n${COMMAND}`), { "alluxio.user.x": "1" }],
    [
      "changed while it runs",
      answer(
        FILE,
        COMMAND,
        configuration(
          ["alluxio.master.worker.timeout", "60s", "RUNTIME"],
          ["alluxio.user.x", "2", "RUNTIME"],
          ["alluxio.user.y", "3", "DEFAULT"],
          ["alluxio.user.z", "4", "CLUSTER_DEFAULT"],
          ["alluxio.logger.type", "Console", "SYSTEM_PROPERTY"],
        ),
      ),
      { "alluxio.master.worker.timeout": "60s", "alluxio.user.x": "2" },
    ],
    ["what is not JSON", answer(FILE, COMMAND, "<html>"), {}],
    [
      "credentials, which are neither compared nor shown",
      answer(
        `${FILE}s3a.secretKey=canary\nalluxio.user.uri=s3://me:canary@b\n`,
        `-Dfs.oss.accessKeySecret=canary\n-Dalluxio.x.password=canary\n${COMMAND}`,
        configuration(["s3a.accessKeyId.token", "canary", "RUNTIME"]),
      ),
      { "alluxio.user.uri": "s3://(hidden)@b" },
    ],
  ])("%s", (_, text, expected) => {
    expect(propertiesThatDiffer(process, text)).toEqual(expected);
  });

  test("a file as java.util.Properties reads it", () => {
    expect(parseProperties("# a=1\n! b=2\n c = 3 = 4\nd:5\n\ne=a\\\\b\n")).toEqual({ c: "3 = 4", d: "5", e: "a\\b" });
  });
});

describe("where a mount is served", () => {
  const AT = "/mnt/alluxio/dev-3f9c/data";
  const line = (path: string) => `386 55 0:235 / ${path} rw shared:29 - fuse.alluxio-fuse alluxio-fuse rw`;
  const said = (mounts: string[], answer: number, servers: string[] = [AT]) =>
    [...mounts.map(line), `answer ${answer}`, ...servers.map((path, i) => `fuse ${100 + i} ${path}`)].join("\n");

  test.each<[string, string, object]>([
    ["mounted", said([AT], 0), { condition: "mounted", mountedAt: [AT] }],
    ["stacked", said([AT, AT], 0, [AT, AT]), { condition: "stacked", mountedAt: [AT] }],
    ["absent, though its process lives", said([], 0), { condition: "absent", mountedAt: [AT] }],
    ["at another path too", said([AT, "/o"], 0, ["/o", AT]), { condition: "mounted", mountedAt: [AT, "/o"] }],
    ["at another path instead", said(["/o"], 0, ["/o"]), { condition: "absent", mountedAt: ["/o"] }],
    ["with its process gone", said([AT], 1, []), { condition: "dead", mountedAt: [AT] }],
  ])("%s", (_, text, expected) => {
    expect(parseObservation(text, AT)).toEqual(expected);
  });

  test("FUSE processes by their line, and nothing else", () => {
    expect(parseServers("fuse 12 /a b\nfuse x /c\n 1 fuse 3 /d\nfuse 4 \n")).toEqual([{ pid: 12, path: "/a b" }]);
  });
});

test("no more at once than the limit, in the order of the items", async () => {
  let running = 0;
  let most = 0;
  const results = await atMost(2, [3, 1, 2], async (n) => {
    most = Math.max(most, ++running);
    await new Promise((done) => setTimeout(done, n));
    running--;
    return n * 10;
  });
  expect([results, most, await atMost(2, [], () => Promise.reject(new Error("none")))]).toEqual([[30, 10, 20], 2, []]);
});
