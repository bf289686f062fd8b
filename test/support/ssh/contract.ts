import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SshTarget } from "../../../components/plan/ssh/target";
import { SshTransport, type RunOptions } from "../../../provider/transports/ssh";
import { SshError } from "../../../provider/transports/sshErrors";
import type { Stdin } from "../../../provider/transports/sshSession";
import { newCanary, textNeedles } from "../canary/needles";
import { until } from "../process";
import { anyString, sample } from "../strings";
import { KEY, targetOf, type SshEndpoint } from "./endpoint";
import { keyPair, publicLine } from "./keyPair";
import { Proxy } from "./proxy";

/** How long a host needs to notice that nobody is there any more; a slow machine needs more than a quick one. */
const SECONDS = 5;

const COMMAND_LINES = 'for one in /proc/[0-9]*/cmdline; do tr "\\0" " " <"$one"; echo; done 2>/dev/null';
const ENVIRONMENTS = COMMAND_LINES.replace("cmdline", "environ");

/**
 * What the SSH transport promises on any machine with a POSIX shell and an SSH server.
 *
 * @param start brings such a machine, for all tests of the file
 */
export function sshContract(start: () => Promise<SshEndpoint>): void {
  let endpoint: SshEndpoint;
  let proxy: Proxy;
  /** Goes through the proxy, which a test may cut or freeze. */
  let ssh: SshTransport;
  /** Looks at the machine from the side. */
  let aside: SshTransport;
  /** A folder there for the test's files. */
  let folder: string;
  const here = mkdtempSync(join(tmpdir(), "ssh-contract-"));

  const transport = (more: Partial<SshTarget> = {}): SshTransport =>
    new SshTransport([targetOf(endpoint, more)], { [KEY]: endpoint.privateKey });
  const through = (more: Partial<SshTarget> = {}): SshTransport =>
    transport({ port: proxy.port, address: "127.0.0.1", ...more });
  /** Output of a script that must succeed. */
  const out = async (script: string, options: RunOptions = {}, by = aside): Promise<string> => {
    const { code, stdout, stderr } = await by.run("h1", script, options);
    if (code !== 0) throw new Error(`exit code ${code}: ${stderr}`);
    return stdout;
  };
  /** Number of processes there that are this command. */
  const running = async (command: string): Promise<number> =>
    (await out(COMMAND_LINES)).split("\n").filter((line) => line.trim() === command).length;
  const faultOf = (promise: Promise<unknown>): Promise<SshError> =>
    promise.then(
      (value) => Promise.reject(new Error(`it did not fail, and gave ${JSON.stringify(value)}`)),
      (error: unknown) => (error instanceof SshError ? error : Promise.reject(error as Error)),
    );

  beforeAll(async () => {
    endpoint = await start();
    process.stdout.write(`SSH server: ${endpoint.server}\n`);
    aside = transport({ limits: { connectSeconds: 15, keepAliveSeconds: 10, sessions: 8 } });
    folder = (await out("umask 077; mktemp -d")).trim();
  });
  beforeEach(async () => {
    proxy = await Proxy.to(endpoint.address, endpoint.port);
    ssh = through();
  });
  afterEach(async () => {
    await ssh.close();
    await proxy.stop();
  });
  afterAll(async () => {
    await out('rm -rf -- "$1"', { args: [folder] });
    await aside.close();
    await endpoint.stop();
    rmSync(here, { recursive: true });
  });

  test("a script gets its arguments and its input, and gives both streams and its exit code", async () => {
    const script = 'printf "%s|" "$0" "$#" "$1"; cat; echo oops >&2; exit 3';
    expect(await ssh.run("h1", script, { args: ["a b"], stdin: "in\nput" })).toEqual({
      code: 3,
      stdout: "sh|1|a b|in\nput",
      stderr: "oops\n",
    });
    expect(await ssh.run("h1", "cat; exit 127")).toEqual({ code: 127, stdout: "", stderr: "" });
  });

  test("every argument arrives as it is, and none runs", async () => {
    const args = sample(anyString, 150).filter((text) => !/\0|\p{Surrogate}/u.test(text));
    expect(args.length).toBeGreaterThan(100);
    const stdout = await out('printf "%s\\0" "$@"', { args }, ssh);
    expect(stdout.split("\0").slice(0, -1)).toEqual(args);
  });

  test("input of any bytes arrives whole, also where the script reads only the beginning", async () => {
    const bytes = Buffer.concat([Buffer.from("first\n\0\n"), randomBytes(300_000)]);
    const digest = createHash("sha256").update(bytes).digest("hex");
    expect(await out("sha256sum", { stdin: bytes }, ssh)).toBe(`${digest}  -\n`);
    expect(await out("read -r line; echo $line", { stdin: bytes }, ssh)).toBe("first\n");
    expect(await out("wc -c", { stdin: "" }, ssh)).toMatch(/^\s*0\n$/);
  });

  test("many at once share one connection, and no more run at once than may", async () => {
    const together = through({ limits: { connectSeconds: 5, keepAliveSeconds: 1, sessions: 3 } });
    const lock = `${folder}/lock`;
    const script = 'mkdir "$1.$$" && ls -d "$1".* | wc -l; sleep 0.05; rmdir "$1.$$"';
    const counts = await Promise.all(Array.from({ length: 12 }, () => out(script, { args: [lock] }, together)));
    await together.close();
    expect(proxy.connections).toBe(1);
    expect(Math.max(...counts.map(Number))).toBeLessThanOrEqual(3);
    expect(Math.max(...counts.map(Number))).toBeGreaterThan(1);
  });

  test("more sessions than the server takes: those that it refuses wait", async () => {
    const greedy = through({ limits: { connectSeconds: 5, keepAliveSeconds: 1, sessions: 40 } });
    const all = await Promise.all(Array.from({ length: 24 }, (_, i) => out(`sleep 0.05; echo ${i}`, {}, greedy)));
    await greedy.close();
    expect(all.map(Number)).toEqual(Array.from({ length: 24 }, (_, i) => i));
    expect(proxy.connections).toBe(1);
  });

  test("a script that takes too long is ended there with all that it started, and is an error", async () => {
    const began = Date.now();
    const mark = "86431.5";
    const fault = await faultOf(ssh.run("h1", `sleep ${mark} & sleep ${mark}`, { timeoutSeconds: 1, what: "the nap" }));
    expect(fault).toMatchObject({
      fault: "time over",
      host: "h1",
      message: "the nap took longer than 1 s on host h1, and was ended there",
    });
    expect(Date.now() - began).toBeLessThan(SECONDS * 1000);
    await until("the processes are gone", SECONDS, async () => (await running(`sleep ${mark}`)) === 0, 50);
  });

  test("what a script leaves behind ends with it, and does not hold it up", async () => {
    const mark = "86432.5";
    expect(await out(`sleep ${mark} & echo done`, {}, ssh)).toBe("done\n");
    await until("it is gone", SECONDS, async () => (await running(`sleep ${mark}`)) === 0, 50);
  });

  /** Half of what it announces, and then nothing: as a sender does that is cut off. */
  const halfOf = (bytes: number): Stdin => ({
    bytes,
    open: async function* () {
      yield Buffer.alloc(bytes / 2);
      await new Promise(() => undefined);
    },
  });

  test.each([
    ["without input", undefined, "86433.5"],
    ["while it gets its input", halfOf(1000), "86434.5"],
  ])(
    "a connection that is cut in the middle is an error at once, and ends the script there: %s",
    async (_, stdin, mark) => {
      const file = `${folder}/cut ${mark}`;
      const script = `touch "$1"; sleep ${mark} & cat >/dev/null; ${stdin ? "" : "wait;"} touch "$1.end"`;
      const failing = faultOf(ssh.run("h1", script, { args: [file], ...(stdin ? { stdin } : {}), what: "the work" }));
      await until("it runs", SECONDS, async () => (await running(`sleep ${mark}`)) === 1, 20);
      proxy.cut();
      const fault = await failing;
      expect(fault).toMatchObject({ fault: "connection lost", host: "h1" });
      expect(fault.message).toMatch(/^the work on host h1 may have been done in part when it was cut off: /);
      await until("it ends there", SECONDS, async () => (await running(`sleep ${mark}`)) === 0, 50);
      expect(await out('ls "$1" "$1.end" 2>/dev/null || :', { args: [file] })).toBe(`${file}\n`);
      // The next one connects anew.
      expect(await out("echo back", {}, ssh)).toBe("back\n");
      expect(proxy.connections).toBe(2);
    },
  );

  test("a connection that was cut while nobody used it is made anew, unnoticed", async () => {
    await out("true", {}, ssh);
    proxy.cut();
    expect(await out("echo back", {}, ssh)).toBe("back\n");
  });

  test("a peer that freezes ends in an error that names it, and what waits behind it too", async () => {
    const quick = through({ limits: { connectSeconds: 1, keepAliveSeconds: 0.2, sessions: 1 } });
    const mark = "86435.5";
    const failing = faultOf(quick.run("h1", `sleep ${mark}`, { timeoutSeconds: 60, what: "the nap" }));
    await until("it runs", SECONDS, async () => (await running(`sleep ${mark}`)) === 1, 20);
    const waiting = faultOf(quick.run("h1", "true"));
    const began = Date.now();
    proxy.freeze();
    expect(await failing).toMatchObject({
      fault: "connection lost",
      message: expect.stringContaining("gave no sign of life") as string,
    });
    // It is given again over a new connection, which nobody answers.
    expect(await waiting).toMatchObject({ fault: "unreachable", reason: "timed out", host: "h1" });
    expect(Date.now() - began).toBeLessThan(SECONDS * 1000);
    await quick.close();
    proxy.thaw();
    await until("it ends there", SECONDS, async () => (await running(`sleep ${mark}`)) === 0, 50);
  });

  describe("files", () => {
    const source = join(here, "source");
    const content = randomBytes(3_000_000);
    const digest = createHash("sha256").update(content).digest("hex");
    beforeAll(() => writeFileSync(source, content));
    const part = (path: string): string => `${path}.${digest.slice(0, 12)}.part`;
    const there = async (path: string): Promise<string> =>
      (await out('sha256sum <"$1"; stat -c "%a" "$1"', { args: [path] })).replace(/\s+-?\s*/g, " ").trim();

    test("an upload is whole, with its mode, and the second one sends nothing", async () => {
      const path = `${folder}/it's new`;
      const progress: number[] = [];
      const options = { mode: "0755", sha256: digest, onProgress: (sent: number) => progress.push(sent) };
      expect(await ssh.upload("h1", source, path, options)).toBe(content.length);
      expect(await there(path)).toBe(`${digest} 755`);
      expect([progress[0], progress.at(-1)]).toEqual([0, content.length]);
      expect(progress).toEqual([...progress].sort((a, b) => a - b));
      expect(await ssh.upload("h1", source, path, { mode: "0700" })).toBe(0);
      expect(await there(path)).toBe(`${digest} 700`);
      expect(await out('ls -a "$1"', { args: [folder] })).not.toContain(".part");
    });

    test.each([
      ["the beginning of it", () => content.subarray(0, 1_000_000), 2_000_000],
      ["all of it", () => content, 0],
      ["nothing", () => Buffer.alloc(0), 3_000_000],
      ["something else", () => randomBytes(1000), 3_000_000],
      ["more than it", () => Buffer.concat([content, content]), 3_000_000],
    ])("an upload goes on where an earlier one ended: %s is there", async (name, before, sent) => {
      const path = `${folder}/resumed ${name}`;
      await out('cat >"$1"', { args: [part(path)], stdin: before() });
      expect(await ssh.upload("h1", source, path)).toBe(sent);
      expect(await there(path)).toBe(`${digest} 600`);
    });

    test("an upload that is cut off leaves the old file, and the next one goes on", async () => {
      const big = join(here, "big");
      const bytes = randomBytes(16_000_000);
      writeFileSync(big, bytes);
      const path = `${folder}/cut off`;
      await ssh.writeFile("h1", path, "old");
      const onProgress = (sent: number): void => {
        if (sent > 8_000_000) proxy.cut();
      };
      expect(await faultOf(ssh.upload("h1", big, path, { onProgress }))).toMatchObject({ fault: "connection lost" });
      expect(await out('cat "$1"', { args: [path] })).toBe("old");
      const sent = await ssh.upload("h1", big, path);
      expect(sent).toBeGreaterThan(0);
      expect(sent).toBeLessThan(bytes.length);
      expect(await there(path)).toBe(`${createHash("sha256").update(bytes).digest("hex")} 600`);
    });

    test("a file that is not what it should be is refused here, and touches nothing", async () => {
      const failing = ssh.upload("h1", source, `${folder}/wrong`, { sha256: "0".repeat(64) });
      await expect(failing).rejects.toThrow(`${source} is not the file that was meant: its SHA-256 is ${digest}`);
      expect(proxy.connections).toBe(0);
    });

    test("what the host says of a file that it cannot write is in the error", async () => {
      const failing = ssh.upload("h1", source, `${folder}/no/such/folder`);
      await expect(failing).rejects.toThrow(/the upload of .* on host h1 failed: .*No such file|nonexistent/);
    });

    test("a small file is written in one step, for nobody but its owner, also over a link", async () => {
      const path = `${folder}/small`;
      await out('echo secret >"$1.target"; ln -s "$1.target" "$1"', { args: [path] });
      await ssh.writeFile("h1", path, "a\0b\n");
      expect(await out('cat "$1.target"; stat -c "%a %F" "$1"; od -c "$1" | head -1', { args: [path] })).toMatch(
        /^secret\n600 regular file\n0+ +a +\\0 +b +\\n\n$/,
      );
      await ssh.writeFile("h1", path, "", { mode: "0644" });
      expect(await out('stat -c "%a %s" "$1"', { args: [path] })).toBe("644 0\n");
    });
  });

  test("script, arguments, input and key are in no process list there, and in no error", async () => {
    const [script, argument, input] = [newCanary(), newCanary(), newCanary()];
    const keyLines = endpoint.privateKey.split("\n").filter((line) => line.length > 40);
    const needles = [...[script, argument, input].flatMap(textNeedles), ...keyLines];
    let seen = "";
    const file = `${folder}/canary`;
    const running = faultOf(
      ssh.run("h1", `: ${script.core}\ntouch "$2"\nread -r held\nwhile [ -e "$2" ]; do sleep 0.05; done\nsleep 30`, {
        args: [argument.value, file],
        stdin: `${input.value}\n`,
        timeoutSeconds: 2,
      }),
    );
    await until(
      "it runs",
      SECONDS,
      async () => (await out('[ ! -e "$1" ] || echo yes', { args: [file] })) === "yes\n",
      20,
    );
    // The twin that must be found.
    const twin = newCanary(false);
    const planted = out('sh -c \'while [ -e "$2" ]; do sleep 0.05; done\' sh "$1" "$2"', { args: [twin.core, file] });
    const found = async (): Promise<string> => (await out(COMMAND_LINES)) + (await out(ENVIRONMENTS));
    await until("the twin is seen", SECONDS, async () => (seen += await found()).includes(twin.core), 20);
    await out('rm "$1"', { args: [file] });
    await planted;
    const fault = await running;
    // Shown as names alone: a failure must not print what a process list holds.
    const within = (text: string): string[] =>
      needles.filter((needle) => text.includes(needle)).map((needle) => needle.slice(0, 4));
    expect(within(seen)).toEqual([]);
    expect(within([fault.message, fault.stack ?? "", JSON.stringify(fault)].join("\n"))).toEqual([]);
  });

  test("root by sudo: nothing more is asked of it than the shell, and a refusal says what to do", async () => {
    if (endpoint.sudoer === undefined || endpoint.other === undefined) {
      process.stdout.write("no sudo there: only root himself is tested\n");
      expect(await out("id -u", { sudo: true }, ssh)).toBe(await out("id -u", {}, ssh));
      return;
    }
    const sudoer = through({ user: endpoint.sudoer });
    expect(await out("id -u", { sudo: true }, sudoer)).toBe("0\n");
    expect(await out("id -un", {}, sudoer)).toBe(`${endpoint.sudoer}\n`);
    await sudoer.writeFile("h1", `${folder}/owned`, "x", { sudo: true, owner: endpoint.sudoer, mode: "0640" });
    expect(await out('stat -c "%U %a" "$1"', { args: [`${folder}/owned`], sudo: true }, sudoer)).toBe(
      `${endpoint.sudoer} 640\n`,
    );
    const mark = "86436.5";
    expect(await faultOf(sudoer.run("h1", `sleep ${mark}`, { sudo: true, timeoutSeconds: 1 }))).toMatchObject({
      fault: "time over",
    });
    expect(await running(`sleep ${mark}`)).toBe(0);
    await sudoer.close();
    const other = through({ user: endpoint.other });
    const fault = await faultOf(other.run("h1", "id -u", { sudo: true }));
    expect(fault.fault).toBe("sudo refused");
    expect(fault.message).toMatch(/does not let user \w+ run `sudo -n sh -s` \(sudo: .*\): `alluxioctl sudoers`/);
    await other.close();
  });

  test("through itself as bastion: over one connection, and with its words where the way ends there", async () => {
    const bastion = targetOf(endpoint, { host: "jump", port: proxy.port, address: "127.0.0.1" });
    const behind = transport({ bastion });
    expect(await out("cat", { stdin: "in" }, behind)).toBe("in");
    expect(proxy.connections).toBe(1);
    await behind.close();
    const closed = transport({ bastion, port: 1 });
    expect(await faultOf(closed.run("h1", "true"))).toMatchObject({ host: "h1", fault: "unreachable" });
    await closed.close();
  });

  test("a key that was changed, and one that is not pinned, end it before anything is sent", async () => {
    const other = publicLine(keyPair().private);
    const changed = through({ hostKeys: [other] });
    const fault = await faultOf(changed.run("h1", "true"));
    expect(fault.fault).toBe("host key changed");
    expect(fault.message.match(/SHA256:[A-Za-z0-9+/]{43} \(ssh-ed25519\)/g)).toHaveLength(2);
    expect(fault.message).toContain("hosts.addresses.h1.hostKey");
    expect(fault.message).toContain("`alluxioctl trust`");
    await changed.close();
    const unknown = through({ hostKeys: [] });
    expect(await faultOf(unknown.run("h1", "true"))).toMatchObject({ fault: "host key not pinned" });
    await unknown.close();
  });
}
