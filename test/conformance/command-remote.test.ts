import { Plugin } from "./plugin";
import type { SshPeer } from "./ssh-peer";
import { startSshPeer } from "./start-ssh-peer";
import { secret, type Value, type Values } from "./wire";

const REMOTE = "command:remote:Command";
jest.setTimeout(45_000);

let plugin: Plugin;
let peer: SshPeer;
beforeAll(async () => {
  peer = await startSshPeer();
  plugin = await Plugin.start("command");
});
afterAll(async () => {
  await Promise.all([plugin.stop(), peer.stop()]);
});

const connection = (more: Values = {}): Value =>
  secret({
    host: "127.0.0.1",
    port: peer.port,
    user: peer.user,
    privateKey: peer.privateKey,
    hostKey: peer.hostKey,
    dialErrorLimit: 10,
    perDialTimeout: 15,
    ...more,
  });

test("create, update and delete run on the host; stdin reaches them", async () => {
  const file = `${peer.folder}/it`;
  const args = {
    connection: connection(),
    addPreviousOutputInEnv: false,
    create: `cat >${file}; echo done`,
    stdin: "words",
    delete: `rm ${file}`,
  };
  const made = await plugin.create(REMOTE, "file", args);
  expect(await peer.readFile(file)).toBe("words");
  expect(made.state["stdout"]).toBe("done");
  expect(made.id).toMatch(/^file[0-9a-f]{8}$/);
  expect((await plugin.plan(made, args)).changed).toEqual([]);
  expect(await plugin.drift(made)).toEqual([]);
  const updated = await plugin.update(made, { ...args, update: `cat ${file}` });
  expect(updated.state["stdout"]).toBe("words");
  await plugin.delete(updated);
  await expect(plugin.create(REMOTE, "gone", { ...args, create: `cat ${file}` })).rejects.toThrow(/No such file/);
});

test("a changed connection updates and does not replace", async () => {
  const made = await plugin.create(REMOTE, "moved", { connection: connection(), create: "true" });
  const diff = await plugin.plan(made, { connection: connection({ dialErrorLimit: 3 }), create: "true" });
  expect(diff).toMatchObject({ changed: ["connection"], replaces: [] });
});

test("environment needs AcceptEnv of the server, else it is an error", async () => {
  const create = 'echo "$GREETING"';
  const made = await plugin.create(REMOTE, "env", {
    connection: connection(),
    create,
    environment: { GREETING: "hello" },
  });
  expect(made.state["stdout"]).toBe("hello");
  const refused = plugin.create(REMOTE, "refused", { connection: connection(), create, environment: { FOO: "bar" } });
  await expect(refused).rejects.toThrow('could not set environment variable "FOO"');
});

test("a failing command is an error with its status and output", async () => {
  const failing = plugin.create(REMOTE, "fail", { connection: connection(), create: "echo why >&2; exit 9" });
  await expect(failing).rejects.toThrow(/Process exited with status 9[^]*why/);
});

test("a closed port is dialled again until the limit", async () => {
  const began = Date.now();
  const failing = plugin.create(REMOTE, "closed", {
    connection: connection({ port: 1, dialErrorLimit: 3 }),
    create: "true",
  });
  await expect(failing).rejects.toThrow(/after 3 failed attempts: dial tcp .*:1: .*connection refused/);
  // 100, 150 and 225 ms between four dials.
  expect(Date.now() - began).toBeGreaterThan(450);
});

test("a wrong host key and a wrong user key are refused", async () => {
  const wrongHost = plugin.create(REMOTE, "host", {
    connection: connection({ hostKey: peer.otherHostKey, dialErrorLimit: 0 }),
    create: "true",
  });
  await expect(wrongHost).rejects.toThrow("ssh: handshake failed: ssh: host key mismatch");
  const wrongUser = plugin.create(REMOTE, "user", {
    connection: connection({ user: "nobody", dialErrorLimit: 0 }),
    create: "true",
  });
  await expect(wrongUser).rejects.toThrow("unable to authenticate");
});

test("a session that is killed is an error at once", async () => {
  const file = `${peer.folder}/started`;
  const create = `echo yes >${file}; sleep 20`;
  const failing = plugin.create(REMOTE, "killed", { connection: connection(), create });
  const failure = expect(failing).rejects.toThrow("remote command exited without exit status or exit signal");
  await until(async () => (await peer.readFile(file).catch(() => "")) === "yes\n");
  const began = Date.now();
  await peer.dropSessions();
  await failure;
  expect(Date.now() - began).toBeLessThan(5000);
});

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("it did not come to pass in 10 s");
}
