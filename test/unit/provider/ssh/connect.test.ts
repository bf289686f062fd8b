import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { utils } from "ssh2";
import type { SshTarget } from "../../../../components/plan/ssh/target";
import { SshTransport } from "../../../../provider/transports/ssh";
import { SshError } from "../../../../provider/transports/sshErrors";
import { newCanary } from "../../../support/canary/needles";
import { startAgent } from "../../../support/ssh/agent";
import { KEY, targetOf } from "../../../support/ssh/endpoint";
import { startInProcess, type InProcessServer, type ServerOptions } from "../../../support/ssh/inProcess";
import { keyPair, publicLine } from "../../../support/ssh/keyPair";

const folder = mkdtempSync(join(tmpdir(), "ssh-unit-"));
const passphrase = newCanary();
const user = keyPair();
const other = keyPair();
const encrypted = keyPair(passphrase.value);
const secrets = {
  [KEY]: user.private,
  otherKey: other.private,
  encryptedKey: encrypted.private,
  pass: passphrase.value,
  wrong: "wrong",
};
const LIMITS = { connectSeconds: 5, keepAliveSeconds: 5, sessions: 8 };

let server: InProcessServer;
const cleanUp: (() => Promise<unknown>)[] = [];
const started = async (options: ServerOptions = {}): Promise<InProcessServer> => {
  const one = await startInProcess({ authorized: [user.public, encrypted.public], ...options });
  cleanUp.push(() => one.stop());
  return one;
};
beforeAll(async () => {
  server = await started();
});
afterAll(async () => {
  for (const stop of cleanUp.reverse()) await stop();
  rmSync(folder, { recursive: true });
});

const target = (more: Partial<SshTarget> = {}, of = server): SshTarget => targetOf(of, { limits: LIMITS, ...more });
async function connect(...targets: SshTarget[]): Promise<string> {
  const ssh = new SshTransport(targets, secrets);
  try {
    return (await ssh.run("h1", "echo in")).stdout;
  } finally {
    await ssh.close();
  }
}
async function faultOf(...targets: SshTarget[]): Promise<SshError> {
  const error: unknown = await connect(...targets).catch((one: unknown) => one);
  if (!(error instanceof SshError)) throw new Error(`not an SshError: ${String(error)}`);
  return error;
}

/** Something that listens, and is no SSH server. */
async function listening(serve: (socket: Socket) => void): Promise<number> {
  const open = new Set<Socket>();
  const listener: Server = createServer((socket) => {
    open.add(socket.on("error", () => undefined));
    serve(socket);
  });
  await new Promise<void>((done) => listener.listen(0, "127.0.0.1", done));
  cleanUp.push(async () => {
    for (const socket of open) socket.destroy();
    await new Promise((done) => listener.close(done));
  });
  return (listener.address() as { port: number }).port;
}

describe("a host that cannot be reached", () => {
  test("refuses", async () => {
    const free = await listening(() => undefined);
    await cleanUp.pop()?.();
    const fault = await faultOf(target({ port: free }));
    expect(fault).toMatchObject({ host: "h1", fault: "unreachable", reason: "refused" });
    expect(fault.message).toContain(`127.0.0.1:${free}`);
  });

  test("takes the connection and says nothing", async () => {
    const port = await listening(() => undefined);
    const began = Date.now();
    const fault = await faultOf(target({ port, limits: { ...LIMITS, connectSeconds: 0.2 } }));
    expect(fault).toMatchObject({
      fault: "unreachable",
      reason: "timed out",
      message: expect.stringContaining("0.2 s") as string,
    });
    expect(Date.now() - began).toBeLessThan(2000);
  });

  test("closes at once", async () => {
    const port = await listening((socket) => socket.end());
    expect(await faultOf(target({ port }))).toMatchObject({ fault: "unreachable", reason: "closed" });
  });

  test("speaks something else", async () => {
    const port = await listening((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
    expect(await faultOf(target({ port }))).toMatchObject({ fault: "unreachable" });
  });
});

describe("the key of the host", () => {
  const ecdsa = utils.generateKeyPairSync("ecdsa", { bits: 256 });
  const ed25519 = keyPair();

  test("any pinned one will do, of whatever type; another one ends it before a login, with both fingerprints", async () => {
    const both = await started({ hostKeys: [ed25519.private, ecdsa.private] });
    for (const pinned of [[ecdsa], [ed25519], [ecdsa, ed25519]]) {
      const hostKeys = pinned.map((pair) => publicLine(pair.private));
      expect(await connect(target({ hostKeys }, both))).toBe("in\n");
    }
    const before = both.logins();
    const changed = await faultOf(target({ hostKeys: [publicLine(other.private)] }, both));
    expect(changed).toMatchObject({ fault: "host key changed", shownKey: publicLine(ed25519.private) });
    expect(changed.message.match(/SHA256:[\w+/]{43} \(ssh-ed25519\)/g)).toHaveLength(2);
    expect(changed.message).toMatch(/hosts\.addresses\.h1\.hostKey pins .*`npx alluxioctl trust h1`/);
    const unknown = await faultOf(target({ hostKeys: [], stack: "ha" }, both));
    expect(unknown).toMatchObject({ fault: "host key not pinned", shownKey: publicLine(ed25519.private) });
    expect(unknown.message).toMatch(
      /SHA256:.*hosts\.addresses\.h1\.hostKey pins none.*`npx alluxioctl trust --stack ha h1`/,
    );
    expect(both.logins()).toBe(before);
  });
});

describe("logging in", () => {
  const file = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  const byFile = (path: string, more: object = {}): Partial<SshTarget> => ({
    authentication: [{ kind: "file", path, optional: false, ...more }],
  });

  test("by a file, an encrypted file, a secret and an encrypted secret", async () => {
    for (const authentication of [
      byFile(file("plain", user.private)).authentication!,
      byFile(file("encrypted", encrypted.private), { passphrase: "pass" }).authentication!,
      [{ kind: "secret", privateKey: "encryptedKey", passphrase: "pass" }] as const,
      [
        { kind: "secret", privateKey: "otherKey" },
        { kind: "secret", privateKey: KEY },
      ] as const,
    ]) {
      expect(await connect(target({ authentication }))).toBe("in\n");
    }
  });

  test.each<[string, () => Partial<SshTarget>, RegExp]>([
    ["a file that is not there", () => byFile("/no/such/key"), /the key file \/no\/such\/key does not exist/],
    ["a folder", () => byFile(folder), /cannot be read \(EISDIR\)/],
    [
      "an encrypted one, without a passphrase",
      () => byFile(file("e1", encrypted.private)),
      /e1 is encrypted, and there is no passphrase.*credentials\.passphrase/,
    ],
    [
      "with another passphrase",
      () => byFile(file("e2", encrypted.private), { passphrase: "wrong" }),
      /e2 is encrypted, and the passphrase in config key wrong does not open it/,
    ],
    [
      "with a passphrase that is not set",
      () => byFile(file("e3", encrypted.private), { passphrase: "unset" }),
      /config has no unset: .*--secret unset/,
    ],
    ["no key at all", () => byFile(file("e4", "hello")), /e4 is in no form that can be read here/],
    ["a public one", () => byFile(file("e5", user.public)), /e5 is a public key/],
    [
      "a secret that is not set",
      () => ({ authentication: [{ kind: "secret", privateKey: "unset" }] }),
      /config has no unset/,
    ],
  ])("a named key that cannot be used: %s", async (_, more, message) => {
    const fault = await faultOf(target(more()));
    expect(fault.fault).toBe("key unusable");
    expect(fault.message).toMatch(message);
    expect(fault.message).toMatch(/^host h1: /);
    for (const secret of [passphrase.core, encrypted.private.slice(60, 100), "hello"])
      expect(fault.message).not.toContain(secret);
  });

  test("keys that nobody named are passed over, and told where none is taken", async () => {
    const authentication = ["/no/such/key", file("f1", encrypted.private), file("f2", other.private)].map(
      (path) => ({ kind: "file", path, optional: true }) as const,
    );
    const fault = await faultOf(target({ authentication, user: "me" }));
    expect(fault.fault).toBe("authentication refused");
    expect(fault.message).toMatch(
      /does not let user me in\. Tried: key \S+f2 \(SHA256:[\w+/]{43}\)\. Passed over: key \S+f1 is encrypted.*\. It takes publickey\. Put/,
    );
    expect(fault.message).not.toContain("/no/such/key");
    const last = { kind: "file", path: file("f3", user.private), optional: true } as const;
    expect(await connect(target({ authentication: [...authentication, last] }))).toBe("in\n");
  });

  test("by the agent, also for a key that is encrypted in its file; one that does not answer is told", async () => {
    const agent = await startAgent(other.private, user.private);
    cleanUp.push(() => agent.stop());
    const ask = { kind: "agent", socket: agent.socket } as const;
    expect(await connect(target({ authentication: [ask] }))).toBe("in\n");
    const locked = { kind: "file", path: file("locked", encrypted.private), optional: false } as const;
    expect(await connect(target({ authentication: [locked, ask] }))).toBe("in\n");
    const strange = await startAgent(other.private);
    cleanUp.push(() => strange.stop());
    const refused = await faultOf(target({ authentication: [{ kind: "agent", socket: strange.socket }] }));
    expect(refused.message).toContain("Tried: 1 key of the SSH agent.");
    const gone = await faultOf(target({ authentication: [{ kind: "agent", socket: "/no/agent" }] }));
    expect(gone.message).toMatch(/Tried: nothing, .* Passed over: the SSH agent at \/no\/agent does not answer/);
  });
});

describe("through a bastion", () => {
  test("hosts behind it share its one connection; it may itself stand behind another", async () => {
    const [outer, inner, one] = [await started(), await started(), await started()];
    const way = target({ host: "inner", bastion: target({ host: "outer" }, outer) }, inner);
    const hosts = ["h1", "h2", "h3"].map((host) => target({ host, bastion: way }, one));
    const ssh = new SshTransport(hosts, secrets);
    const all = await Promise.all(hosts.map(({ host }) => ssh.run(host, 'echo "$1"', { args: [host] })));
    expect(all.map(({ stdout }) => stdout)).toEqual(["h1\n", "h2\n", "h3\n"]);
    expect([outer.logins(), inner.logins(), one.logins()]).toEqual([1, 1, 3]);
    await outer.stop();
    // What stood behind it is lost with it, and the error says where the way ends.
    const error: unknown = await ssh.run("h1", "true").catch((reason: unknown) => reason);
    expect(error).toMatchObject({ host: "h1", fault: "unreachable", reason: "refused" });
    expect((error as Error).message).toMatch(
      /^host h1 is reached through inner, and: host inner is reached through outer, and: host outer refuses/,
    );
    await ssh.close();
  });

  test.each<[string, ServerOptions, Partial<SshTarget>, Partial<SshError>]>([
    ["the host refuses", {}, { port: 1 }, { fault: "unreachable" }],
    ["it forwards nothing", { forwardsNothing: true }, {}, { fault: "unreachable", reason: "not forwarded" }],
    ["it lets nobody in", { authorized: [] }, {}, { fault: "authentication refused" }],
    ["it has another key", { hostKeys: [other.private] }, { hostKeys: [] }, { fault: "host key not pinned" }],
  ])("%s", async (_, options, more, expected) => {
    const jump = await started(options);
    expect(await faultOf(target({ ...more, bastion: target({ host: "jump" }, jump) }))).toMatchObject({
      host: "h1",
      ...expected,
    });
  });
});
