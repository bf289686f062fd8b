import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SshTarget } from "../../../../components/plan/ssh/target";
import { SshTransport, type RunOptions } from "../../../../provider/transports/ssh";
import { SshError } from "../../../../provider/transports/sshErrors";
import { newCanary, textNeedles } from "../../../support/canary/needles";
import { KEY, targetOf } from "../../../support/ssh/endpoint";
import { startInProcess, type InProcessServer, type ServerOptions } from "../../../support/ssh/inProcess";
import { until } from "../../../support/process";
import { Proxy } from "../../../support/ssh/proxy";

/** What ssh-transport of the conformance tests proves at length, here in short, and what needs a server of a special kind. */
const folder = mkdtempSync(join(tmpdir(), "ssh-limits-"));
let server: InProcessServer;
let proxy: Proxy;
let ssh: SshTransport;
const LIMITS = { connectSeconds: 5, keepAliveSeconds: 5, sessions: 8 };

async function start(options: ServerOptions = {}, more: Partial<SshTarget> = {}, names = ["h1"]): Promise<void> {
  server = await startInProcess(options);
  proxy = await Proxy.to(server.address, server.port);
  const targets = names.map((host) => targetOf(server, { host, port: proxy.port, limits: LIMITS, ...more }));
  ssh = new SshTransport(targets, { [KEY]: server.privateKey });
}
afterEach(async () => {
  await ssh.close();
  await proxy.stop();
  await server.stop();
});
afterAll(() => rmSync(folder, { recursive: true }));

async function faultOf(promise: Promise<unknown>): Promise<SshError> {
  const error: unknown = await promise.catch((one: unknown) => one);
  if (!(error instanceof SshError)) throw new Error(`not an SshError: ${String(error)}`);
  return error;
}
/** A script that says when it runs, by a file, and then waits. */
async function whileRunning(act: () => void, more: RunOptions & { args: string[] } = { args: [] }): Promise<SshError> {
  const file = join(folder, newCanary(false).core);
  const failing = faultOf(ssh.run("h1", ': >"$1"; sleep 30', { ...more, args: [file, ...more.args] }));
  await Promise.race([failing, until("the script runs", 20, async () => existsSync(file), 5)]);
  act();
  return failing;
}

test("many commands at once share one connection, which all that come later use too", async () => {
  await start({ maxSessions: 3 });
  const all = await Promise.all(Array.from({ length: 8 }, (_, i) => ssh.run("h1", 'exit "$1"', { args: [String(i)] })));
  expect(all.map(({ code }) => code)).toEqual(Array.from({ length: 8 }, (_, i) => i));
  await ssh.run("h1", "true");
  expect([proxy.connections, server.logins()]).toEqual([1, 1]);
});

test("a connection that is cut in the middle is an error that says so, and the next command makes another", async () => {
  await start();
  const fault = await whileRunning(() => proxy.cut());
  expect(fault).toMatchObject({ host: "h1", fault: "connection lost" });
  expect(fault.message).toMatch(/^a command on host h1 may have been done in part when it was cut off: /);
  expect((await ssh.run("h1", "echo back")).stdout).toBe("back\n");
  expect(server.logins()).toBe(2);
});

test("a peer that freezes is an error within three missed signs of life", async () => {
  await start({}, { limits: { ...LIMITS, connectSeconds: 2, keepAliveSeconds: 0.5 } });
  const fault = await whileRunning(() => proxy.freeze());
  expect(fault.fault).toBe("connection lost");
  expect(fault.message).toMatch(/gave no sign of life for 1\.5 s: it is frozen, or the network is cut$/);
  expect(await faultOf(ssh.run("h1", "true"))).toMatchObject({ fault: "unreachable", reason: "timed out" });
});

test("a command that takes too long is ended there, and named", async () => {
  await start();
  const fault = await faultOf(ssh.run("h1", "sleep 30", { timeoutSeconds: 0.2, what: "the nap" }));
  expect(fault).toMatchObject({
    fault: "time over",
    message: "the nap took longer than 0.2 s on host h1, and was ended there",
  });
});

test("a session that is closed there without an exit code is no answer", async () => {
  await start({ dropsSessions: true });
  const fault = await faultOf(ssh.run("h1", "true"));
  expect(fault.fault).toBe("connection lost");
  expect(fault.message).toBe("a command on host h1 had not begun when it was cut off: its session was closed there");
});

test("an account without a shell, and sudo that is refused, missing or given", async () => {
  const sudo = join(folder, "sudo");
  const sudoIs = (script: string): void => {
    writeFileSync(sudo, `#!/bin/sh\n${script}\n`);
    chmodSync(sudo, 0o755);
  };
  await start({ path: folder }, { user: "me" });
  sudoIs('echo "sudo: a password is required" >&2; exit 1');
  const refused = await faultOf(ssh.run("h1", "true", { sudo: true }));
  expect(refused.fault).toBe("sudo refused");
  expect(refused.message).toMatch(
    /user me run `sudo -n sh -s` \(sudo: a password is required\): `npx alluxioctl sudoers --host h1`/,
  );
  sudoIs('[ "$*" = "-n sh -s" ] && exec sh -s');
  expect(await ssh.run("h1", "echo ran; exit 1", { sudo: true })).toEqual({ code: 1, stdout: "ran\n", stderr: "" });
  expect(new Set(server.commands)).toEqual(new Set(["sudo -n sh -s"]));
  await Promise.all([ssh.close(), proxy.stop(), server.stop()]);

  await start({ shell: ["/bin/sh", "-c", 'echo "This account is not available."; exit 1'] });
  const none = await faultOf(ssh.run("h1", "true", { sudo: true }));
  expect(none).toMatchObject({
    fault: "no shell",
    message: expect.stringContaining("This account is not available.") as string,
  });
});

test("what login files print is no output of a script", async () => {
  await start({ shell: ["/bin/sh", "-c", 'echo noise; echo noise >&2; eval "$0"'] });
  expect(await ssh.run("h1", "echo out; echo err >&2")).toEqual({ code: 0, stdout: "out\n", stderr: "err\n" });
});

test("no more than four uploads at once, over all hosts", async () => {
  const names = ["h1", "h2", "h3", "h4", "h5", "h6"];
  await start({ maxSessions: 20 }, {}, names);
  const source = join(folder, "source");
  writeFileSync(source, Buffer.alloc(100_000));
  let [active, most] = [0, 0];
  const ends = names.map(async (host) => {
    let begun = false;
    const onProgress = (sent: number, total: number): void => {
      if (!begun) most = Math.max(most, ++active);
      begun = true;
      if (sent === total) active--;
    };
    return ssh.upload(host, source, join(folder, `to-${host}`), { onProgress });
  });
  expect(await Promise.all(ends)).toEqual(names.map(() => 100_000));
  expect(most).toBeLessThanOrEqual(4);
  expect(most).toBeGreaterThan(1);
});

test("a source that shrinks while it is sent leaves the file there as it was", async () => {
  await start();
  const [source, path] = [join(folder, "shrinking"), join(folder, "kept")];
  writeFileSync(source, Buffer.alloc(3_000_000, 1));
  await ssh.writeFile("h1", path, "old");
  const onProgress = (): void => writeFileSync(source, "short");
  await expect(ssh.upload("h1", source, path, { onProgress })).rejects.toThrow();
  expect((await ssh.run("h1", 'cat "$1"', { args: [path] })).stdout).toBe("old");
});

test("after close, nothing is connected to any more, and what runs is told", async () => {
  await start();
  const fault = await whileRunning(() => void ssh.close());
  expect(fault).toMatchObject({
    fault: "connection lost",
    message: expect.stringContaining("closed by this program") as string,
  });
  expect(await faultOf(ssh.run("h1", "true"))).toMatchObject({ fault: "connection lost" });
});

test("a host that is none of the cluster's", async () => {
  await start();
  await expect(ssh.run("h9", "true")).rejects.toThrow("h9 is no host of this cluster: it has h1");
});

test("neither script, argument, input nor key is in an error, whatever goes wrong", async () => {
  await start();
  const [script, argument, input] = [newCanary(), newCanary(), newCanary()];
  const options = { args: [argument.value], stdin: input.value };
  const overdue = await faultOf(ssh.run("h1", `: ${script.core}; sleep 30`, { ...options, timeoutSeconds: 0.2 }));
  const errors = [overdue, await whileRunning(() => proxy.cut(), options)];
  expect(errors.map(({ fault }) => fault)).toEqual(["time over", "connection lost"]);
  const told = errors.map((error) => [error.message, error.stack, JSON.stringify(error)].join("\n")).join("\n");
  const keyLines = server.privateKey.split("\n").filter((line) => line.length > 40);
  for (const needle of [...[script, argument, input].flatMap(textNeedles), ...keyLines])
    expect(told).not.toContain(needle);
  expect(server.commands.every((command) => command === "sh -s")).toBe(true);
});
