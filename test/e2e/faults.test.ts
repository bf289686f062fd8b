import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { createServer, type AddressInfo, type Server } from "node:net";
import { hostname, userInfo } from "node:os";
import { join, resolve } from "node:path";
import { KILL_SPEC, KillableStack } from "../support/kills";
import { must, run, type Finished } from "../support/process";

/** Everything on this Docker that is not another cluster's, and every folder where mounts appear. */
const everything = async (stack: KillableStack): Promise<string> => {
  const foreign = (lines: string): string[] =>
    lines.split("\n").filter((line) => stack.ids.some((id) => line.includes(id)));
  return JSON.stringify([
    foreign(await must("docker", "ps", "-a", "--no-trunc", "--format", "{{.ID}} {{.Labels}}")),
    foreign(await must("docker", "volume", "ls", "--format", "{{.Name}} {{.Labels}}")),
    foreign(await must("docker", "network", "ls", "--no-trunc", "--format", "{{.ID}} {{.Labels}}")),
    stack.ids.map((id) => existsSync(`/mnt/alluxio/dev-${id.slice(0, 4)}`)),
  ]);
};
const NOTHING = JSON.stringify([[], [], [], [false]]);

/** The errors of the summary at the end: each resource's, without Pulumi's own that something failed. */
const errorsIn = ({ output }: Finished): string[] =>
  [...output.slice(output.indexOf("Diagnostics:")).matchAll(/^ +error: (.*(?:\n {4,}.*\S)*)/gm)]
    .map(([, text]) => text!.replace(/\n +/g, "\n").trim())
    .filter((text) => !/^(preview|update) failed$/.test(text));

const VERBS = [["preview"], ["up", "--yes", "--skip-preview"]] as const;
const close = (server: { close(done: () => void): void }): Promise<void> => new Promise((done) => server.close(done));

describe("a Docker that cannot be used", () => {
  const socket = (stack: KillableStack): string => join(stack.folder, "docker.sock");

  test("that does not answer: one error, before anything is registered", async () => {
    const stack = new KillableStack({ ...KILL_SPEC, docker: { host: "unix:///nonexistent/docker.sock" } });
    try {
      await stack.init();
      for (const [verb, ...options] of VERBS) {
        const finished = await stack.pulumi(verb, ...options);
        expect([finished.code, errorsIn(finished)]).toEqual([
          1,
          [
            "Docker does not answer at unix:///nonexistent/docker.sock (connect ENOENT /nonexistent/docker.sock): start it, " +
              "or say where it is with DOCKER_HOST or docker.host. Nothing was touched",
          ],
        ]);
        expect(finished.output).not.toMatch(/^\s+at .*:\d+/m);
      }
      expect(await stack.knownObjects()).toEqual([]);
    } finally {
      stack.forget();
    }
  }, 60_000);

  test("that does not answer, and a cluster was made with it: one error too", async () => {
    const stack = new KillableStack(KILL_SPEC, "unix:///nonexistent/docker.sock");
    try {
      await stack.init();
      const file = join(stack.folder, "recorded.json");
      writeFileSync(file, readFileSync(resolve(__dirname, "../states/0.1.0-dev.json"), "utf8"));
      await stack.pulumi("stack", "import", "--file", file);
      const finished = await stack.pulumi("preview");
      expect([finished.code, errorsIn(finished)]).toEqual([
        1,
        [
          expect.stringMatching(
            /Docker does not answer .*: start it, or say where it is with DOCKER_HOST or docker\.host/,
          ),
        ],
      ]);
    } finally {
      stack.forget();
    }
  }, 60_000);

  test("that lacks the image: set-up is named, and nothing else was asked", async () => {
    const stack = new KillableStack(KILL_SPEC);
    const asked: string[] = [];
    const docker = createHttpServer((request, response) => {
      asked.push(decodeURIComponent(request.url ?? ""));
      response.writeHead(404, { "content-type": "application/json" }).end('{"message":"No such image"}');
    });
    await new Promise<void>((done) => docker.listen(socket(stack), done));
    try {
      await stack.init();
      stack.edit({ docker: { host: `unix://${socket(stack)}` } });
      const finished = await stack.pulumi("preview");
      expect([finished.code, errorsIn(finished)]).toEqual([
        1,
        [
          expect.stringMatching(
            /^image alluxio\S+ \(sha256:[0-9a-f]{12}\), which was chosen for this stack, is gone from Docker at unix:.*: run `npm run setup -- --stack dev`, then the same command again\. Nothing was touched$/,
          ),
        ],
      ]);
      expect(asked).toEqual([expect.stringMatching(/^\/images\/sha256:[0-9a-f]{64}\/json$/)]);
    } finally {
      await close(docker);
      stack.forget();
    }
  }, 60_000);
});

describe("something of somebody else's is in the way", () => {
  const stack = new KillableStack(KILL_SPEC);
  const made: string[][] = [];
  let server: Server;
  let port: number;

  beforeAll(async () => {
    await stack.init();
    server = createServer();
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    ({ port } = server.address() as AddressInfo);
    stack.edit({ ports: { published: port } });
  }, 60_000);
  afterAll(async () => {
    for (const args of made.reverse()) await run("docker", args);
    await stack.remove();
  }, 120_000);

  test("a process has the port: it is named, by previews too, and nothing is made", async () => {
    for (const [verb, ...options] of VERBS) {
      const finished = await stack.pulumi(verb, ...options);
      expect([finished.code, errorsIn(finished)]).toEqual([
        1,
        [
          expect.stringContaining(
            `this machine cannot run the cluster (1 reason), nothing was touched:\n- ports.published: port ${port} of this ` +
              `machine is in use by process node (pid ${process.pid}): name another one`,
          ),
        ],
      ]);
    }
    await stack.knownObjects();
    expect(stack.ids).toHaveLength(1);
    expect(await everything(stack)).toBe(NOTHING);
  }, 60_000);

  test("a container has the port: it is named", async () => {
    await close(server);
    const name = `alluxio-test-web-${process.pid}`;
    made.push(["rm", "--force", name]);
    const image = await anyImage();
    await must(
      "docker",
      "run",
      "-d",
      "--name",
      name,
      "-p",
      `127.0.0.1:${port}:80`,
      "--entrypoint",
      "sleep",
      image,
      "300",
    );
    const finished = await stack.pulumi("preview");
    expect(errorsIn(finished)).toEqual([
      expect.stringContaining(`port ${port} of this machine is in use by container ${name}: name another one`),
    ]);
    await must("docker", "rm", "--force", name);
    expect(await everything(stack)).toBe(NOTHING);
  }, 60_000);

  test("a network that is not of the cluster has the name: it is named, left alone, and no double is made", async () => {
    const name = `dev-network-${stack.ids[0]!.slice(0, 4)}`;
    const id = await must("docker", "network", "create", name);
    made.push(["network", "rm", id]);
    const finished = await stack.pulumi("up", "--yes", "--skip-preview");
    expect([finished.code, errorsIn(finished)]).toEqual([
      1,
      [
        `before hook "dev: is the name free?" failed: the name ${name} is taken by a network (id ${id.slice(0, 12)}) that does ` +
          "not bear this cluster's id, so it is left alone. Rename it or remove it " +
          `(\`docker network rm ${name}\`), then run the same command again`,
      ],
    ]);
    const ids = await must("docker", "network", "ls", "--no-trunc", "--filter", `name=${name}`, "--format", "{{.ID}}");
    expect(ids).toBe(id);
    expect((await stack.observedObjects()).filter((one) => !one.startsWith("volume "))).toEqual([]);
    expect(await stack.observedObjects()).toEqual(await stack.knownObjects());
  }, 90_000);
});

describe("a lock on the stack", () => {
  const stack = new KillableStack(KILL_SPEC);
  const locks = join(stack.folder, "state/.pulumi/locks/organization/alluxio/dev");
  const lock = (pid: number): void => {
    mkdirSync(locks, { recursive: true });
    const content = { pid, username: userInfo().username, hostname: hostname(), timestamp: new Date().toISOString() };
    writeFileSync(join(locks, "held.json"), JSON.stringify(content));
  };
  beforeAll(() => stack.init(), 60_000);
  afterAll(() => stack.forget());

  test("of a run that goes on: who holds it is told, and it is not disturbed", async () => {
    lock(process.pid);
    const up = await stack.up();
    expect([up.code, up.output]).toEqual([
      1,
      expect.stringContaining(
        `Stack dev is being changed by process ${process.pid} of ${userInfo().username} on ${hostname()}`,
      ),
    ]);
    expect(existsSync(join(locks, "held.json"))).toBe(true);
    const plain = await stack.pulumi("up", "--yes", "--skip-preview");
    expect(plain.output).toContain("the stack is currently locked by 1 lock(s)");
    expect(plain.output).not.toContain("alluxioctl up");
  }, 60_000);

  test("of a run that was killed: plain pulumi names the command that goes on from there", async () => {
    const dead = spawnSync(process.execPath, ["-e", ""]).pid;
    lock(dead);
    const plain = await stack.pulumi("up", "--yes", "--skip-preview");
    expect([plain.code, plain.output]).toEqual([
      1,
      expect.stringContaining(
        `(process ${dead}) has left its lock on stack dev, and perhaps more. \`npx alluxioctl up --stack dev\``,
      ),
    ]);
  }, 60_000);
});

const anyImage = async (): Promise<string> => {
  const choices = JSON.parse(readFileSync(resolve(__dirname, "../../.tools/choices.json"), "utf8")) as {
    stacks: { dev: { images: Record<string, { id: string }> } };
  };
  return Object.values(choices.stacks.dev.images)[0]!.id;
};
