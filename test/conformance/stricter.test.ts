/** The rows of docs/offline.md that are marked "stricter": the official plugins fail these on purpose. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { CONTAINER, NETWORK, VOLUME, cleanUp, docker, labels, run, sleeper } from "./docker-world";
import { Plugin } from "./plugin";
import { executable } from "./plugin-process";
import { secret, type Values } from "./wire";

const [LOCAL, REMOTE] = ["command:local:Command", "command:remote:Command"] as const;
jest.setTimeout(45_000);

let dockerPlugin: Plugin;
let commandPlugin: Plugin;
beforeAll(async () => {
  [dockerPlugin, commandPlugin] = await Promise.all([Plugin.start("docker"), Plugin.start("command")]);
});
afterAll(async () => {
  await cleanUp();
  await Promise.all([dockerPlugin.stop(), commandPlugin.stop()]);
});

describe("inputs that are not carried out are refused by name", () => {
  const cases: readonly (readonly [string, string, Values, string])[] = [
    ["docker", CONTAINER, { privileged: true }, "privileged"],
    ["docker", CONTAINER, { cpus: "1.0" }, "cpus"],
    ["docker", CONTAINER, { volumes: [{ volumeName: "v", containerPath: "/v" }] }, "volumes"],
    [
      "docker",
      CONTAINER,
      { mounts: [{ type: "volume", target: "/v", volumeOptions: { noCopy: true } }] },
      "mounts[0].volumeOptions",
    ],
    ["docker", CONTAINER, { capabilities: { adds: ["SYS_PTRACE"] } }, "CAP_SYS_PTRACE"],
    ["docker", CONTAINER, { capabilities: { adds: ["CAP_ALL"] } }, 'write "ALL"'],
    ["docker", CONTAINER, { healthcheck: { tests: ["CMD", "true"], interval: "60s" } }, 'write "1m0s"'],
    ["docker", CONTAINER, { memory: 256 }, "memorySwap"],
    ["docker", CONTAINER, { shmSize: "64" }, "shmSize"],
    ["docker", NETWORK, { ipv6: true }, "ipv6"],
    ["docker", VOLUME, { cluster: {} }, "cluster"],
    ["command", LOCAL, { archivePaths: ["x"] }, "archivePaths"],
    ["command", REMOTE, { connection: { host: "h", proxy: { host: "p" } } }, "connection.proxy"],
  ];
  test.each(cases)("%s %s %j", async (which, type, inputs, named) => {
    const plugin = which === "docker" ? dockerPlugin : commandPlugin;
    const base: Values = type === CONTAINER ? sleeper("refused") : type === REMOTE ? { connection: { host: "h" } } : {};
    const { failures } = await plugin.check(type, "refused", { ...base, ...inputs });
    expect(failures).toHaveLength(1);
    expect(failures[0]).toContain("stand-in");
    expect(failures[0]).toContain(named);
    // The control: without that input there is nothing to refuse.
    expect((await plugin.check(type, "fine", base)).failures).toEqual([]);
  });

  test("types and functions that are not carried out, too", async () => {
    await expect(dockerPlugin.check("docker:index/remoteImage:RemoteImage", "i", { name: "x" })).rejects.toThrow(
      /docker stand-in: the resource type docker:index\/remoteImage:RemoteImage/,
    );
  });
});

test("a healthcheck or tmpfs that cannot change in place is not said to be updated", async () => {
  const made = await dockerPlugin.create(CONTAINER, "lie", sleeper("lie", { tmpfs: { "/t": "size=1m" } }));
  await expect(dockerPlugin.update(made, sleeper("lie", { tmpfs: { "/t": "size=2m" } }))).rejects.toThrow(
    /tmpfs cannot be changed on an existing container.*replaceOnChanges/,
  );
});

test("a second network of the same name is refused", async () => {
  await dockerPlugin.create(NETWORK, "first", { name: `${run}-double`, labels });
  await expect(dockerPlugin.create(NETWORK, "second", { name: `${run}-double`, labels })).rejects.toThrow(
    `network with name ${run}-double already exists`,
  );
});

test("a missing image is named, nothing is pulled, and no container is left", async () => {
  const image = "no-such-image-anywhere:1";
  await expect(dockerPlugin.create(CONTAINER, "imageless", sleeper("imageless", { image }))).rejects.toThrow(
    `Unable to create container with image "${image}"`,
  );
  expect(await docker.listContainers({ all: true, filters: { name: [`${run}-imageless`] } })).toEqual([]);
});

test("deleting what is gone already is done", async () => {
  const made = await dockerPlugin.create(CONTAINER, "twice", sleeper("twice"));
  await dockerPlugin.delete(made);
  await dockerPlugin.delete(made);
});

test("the text of a command never stands in an error", async () => {
  const failing = commandPlugin.create(LOCAL, "leak", {
    create: secret("PW=hunter2; echo shown; exit 1"),
    logging: "none",
  });
  await expect(failing).rejects.toThrow("shown");
  await expect(failing).rejects.not.toThrow("hunter2");
});

test("lines of a command with a secret input stay out of the log unless asked for", async () => {
  await commandPlugin.create(LOCAL, "hush", { create: "cat", stdin: secret("hunter3\n") });
  await commandPlugin.create(LOCAL, "loud", { create: "cat", stdin: "said aloud\n" });
  expect(await commandPlugin.process.engine.linesUntil("said aloud")).not.toContain("hunter3");
});

describe("nothing hangs", () => {
  let silent: Server;
  let port: number;
  beforeAll(async () => {
    silent = createServer();
    port = await new Promise((resolve) => {
      silent.listen(0, "127.0.0.1", () => {
        const address = silent.address();
        resolve(typeof address === "object" && address !== null ? address.port : 0);
      });
    });
  });
  afterAll(() => {
    silent.close();
  });

  test("a host that says nothing: customTimeouts end it", async () => {
    const connection = { host: "127.0.0.1", port, user: "root", password: "x", perDialTimeout: 0 };
    const began = Date.now();
    await expect(commandPlugin.create(REMOTE, "silent", { connection, create: "true" }, 2)).rejects.toThrow(
      "no end after 2 s",
    );
    expect(Date.now() - began).toBeLessThan(10_000);
  });

  test("a local command that does not end: customTimeouts end it, and all that it started", async () => {
    const create = "sleep 4242 & echo $!; wait";
    const error: unknown = await commandPlugin
      .create(LOCAL, "endless", { create }, 1)
      .catch((reason: unknown) => reason);
    const text = error instanceof Error ? error.message : "";
    expect(text).toContain("no end after 1 s");
    const pid = Number(/^(\d+)$/m.exec(text)?.[1]);
    expect(pid).toBeGreaterThan(1);
    expect(isAlive(String(pid))).toBe(false);
  });
});

test("a plugin ends when the process that started it is killed", async () => {
  const starter = spawn("/bin/sh", ["-c", '"$0" & echo $!; wait', executable("command")], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  // The shell prints the plugin's process id, the plugin its port.
  const [pid = ""] = await lines(starter.stdout, 2);
  expect(isAlive(pid)).toBe(true);
  starter.kill("SIGKILL");
  for (let tries = 0; tries < 100 && isAlive(pid); tries++) await new Promise((resolve) => setTimeout(resolve, 100));
  expect(isAlive(pid)).toBe(false);
});

function lines(stream: NodeJS.ReadableStream, count: number): Promise<string[]> {
  return new Promise((resolve) => {
    let text = "";
    stream.on("data", (chunk: Buffer) => {
      text += chunk.toString("utf8");
      const all = text.split("\n");
      if (all.length > count) resolve(all);
    });
  });
}

/** A process that has ended but was not waited for is not alive. */
function isAlive(pid: string): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}
