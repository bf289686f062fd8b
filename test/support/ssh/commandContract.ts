import { createHash, randomBytes } from "node:crypto";
import type { Stdin } from "../../../provider/transports/sshSession";
import { newCanary, textNeedles } from "../canary/needles";
import { until } from "../process";
import { anyString, sample } from "../strings";
import { targetOf } from "./endpoint";
import { keyPair, publicLine } from "./keyPair";
import { COMMAND_LINES, ENVIRONMENTS, faultOf, SECONDS, type SshWorld } from "./world";

/** What the SSH transport promises of scripts. */
export function commandContract(world: SshWorld): void {
  test("a script gets its arguments and its input, and gives both streams and its exit code", async () => {
    const script = 'printf "%s|" "$0" "$#" "$1"; cat; echo oops >&2; exit 3';
    expect(await world.ssh.run("h1", script, { args: ["a b"], stdin: "in\nput" })).toEqual({
      code: 3,
      stdout: "sh|1|a b|in\nput",
      stderr: "oops\n",
    });
    expect(await world.ssh.run("h1", "cat; exit 127")).toEqual({ code: 127, stdout: "", stderr: "" });
  });

  test("every argument arrives as it is, and none runs", async () => {
    const args = sample(anyString, 150).filter((text) => !/\0|\p{Surrogate}/u.test(text));
    expect(args.length).toBeGreaterThan(100);
    const stdout = await world.out('printf "%s\\0" "$@"', { args }, world.ssh);
    expect(stdout.split("\0").slice(0, -1)).toEqual(args);
  });

  test("input of any bytes arrives whole, also where the script reads only the beginning", async () => {
    const bytes = Buffer.concat([Buffer.from("first\n\0\n"), randomBytes(300_000)]);
    const digest = createHash("sha256").update(bytes).digest("hex");
    expect(await world.out("sha256sum", { stdin: bytes }, world.ssh)).toBe(`${digest}  -\n`);
    expect(await world.out("read -r line; echo $line", { stdin: bytes }, world.ssh)).toBe("first\n");
    expect(await world.out("wc -c", { stdin: "" }, world.ssh)).toMatch(/^\s*0\n$/);
  });

  test("many at once share one connection, and no more run at once than may", async () => {
    const together = world.through({ limits: { connectSeconds: 5, keepAliveSeconds: 1, sessions: 3 } });
    const lock = `${world.folder}/lock`;
    const script = 'mkdir "$1.$$" && ls -d "$1".* | wc -l; sleep 0.05; rmdir "$1.$$"';
    const counts = await Promise.all(Array.from({ length: 12 }, () => world.out(script, { args: [lock] }, together)));
    await together.close();
    expect(world.proxy.connections).toBe(1);
    expect(Math.max(...counts.map(Number))).toBeLessThanOrEqual(3);
    expect(Math.max(...counts.map(Number))).toBeGreaterThan(1);
  });

  test("more sessions than the server takes: those that it refuses wait", async () => {
    const greedy = world.through({ limits: { connectSeconds: 5, keepAliveSeconds: 1, sessions: 40 } });
    const all = await Promise.all(Array.from({ length: 24 }, (_, i) => world.out(`sleep 0.05; echo ${i}`, {}, greedy)));
    await greedy.close();
    expect(all.map(Number)).toEqual(Array.from({ length: 24 }, (_, i) => i));
    expect(world.proxy.connections).toBe(1);
  });

  test("a script that takes too long is ended there with all that it started, and is an error", async () => {
    const began = Date.now();
    const mark = "86431.5";
    const fault = await faultOf(
      world.ssh.run("h1", `sleep ${mark} & sleep ${mark}`, { timeoutSeconds: 1, what: "the nap" }),
    );
    expect(fault).toMatchObject({
      fault: "time over",
      host: "h1",
      message: "the nap took longer than 1 s on host h1, and was ended there",
    });
    expect(Date.now() - began).toBeLessThan(SECONDS * 1000);
    await until("the processes are gone", SECONDS, async () => (await world.running(`sleep ${mark}`)) === 0, 50);
  });

  test("what a script leaves behind ends with it, and does not hold it up", async () => {
    const mark = "86432.5";
    expect(await world.out(`sleep ${mark} & echo done`, {}, world.ssh)).toBe("done\n");
    await until("it is gone", SECONDS, async () => (await world.running(`sleep ${mark}`)) === 0, 50);
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
      const file = `${world.folder}/cut ${mark}`;
      const script = `touch "$1"; sleep ${mark} & cat >/dev/null; ${stdin ? "" : "wait;"} touch "$1.end"`;
      const failing = faultOf(
        world.ssh.run("h1", script, { args: [file], ...(stdin ? { stdin } : {}), what: "the work" }),
      );
      await until("it runs", SECONDS, async () => (await world.running(`sleep ${mark}`)) === 1, 20);
      world.proxy.cut();
      const fault = await failing;
      expect(fault).toMatchObject({ fault: "connection lost", host: "h1" });
      expect(fault.message).toMatch(/^the work on host h1 may have been done in part when it was cut off: /);
      await until("it ends there", SECONDS, async () => (await world.running(`sleep ${mark}`)) === 0, 50);
      expect(await world.out('ls "$1" "$1.end" 2>/dev/null || :', { args: [file] })).toBe(`${file}\n`);
      // The next one connects anew.
      expect(await world.out("echo back", {}, world.ssh)).toBe("back\n");
      expect(world.proxy.connections).toBe(2);
    },
  );

  test("a connection that was cut while nobody used it is made anew, unnoticed", async () => {
    await world.out("true", {}, world.ssh);
    world.proxy.cut();
    expect(await world.out("echo back", {}, world.ssh)).toBe("back\n");
  });

  test("a peer that freezes ends in an error that names it, and what waits behind it too", async () => {
    const quick = world.through({ limits: { connectSeconds: 1, keepAliveSeconds: 0.2, sessions: 1 } });
    const mark = "86435.5";
    const failing = faultOf(quick.run("h1", `sleep ${mark}`, { timeoutSeconds: 60, what: "the nap" }));
    await until("it runs", SECONDS, async () => (await world.running(`sleep ${mark}`)) === 1, 20);
    const waiting = faultOf(quick.run("h1", "true"));
    const began = Date.now();
    world.proxy.freeze();
    expect(await failing).toMatchObject({
      fault: "connection lost",
      message: expect.stringContaining("gave no sign of life") as string,
    });
    // It is given again over a new connection, which nobody answers.
    expect(await waiting).toMatchObject({ fault: "unreachable", reason: "timed out", host: "h1" });
    expect(Date.now() - began).toBeLessThan(SECONDS * 1000);
    await quick.close();
    world.proxy.thaw();
    await until("it ends there", SECONDS, async () => (await world.running(`sleep ${mark}`)) === 0, 50);
  });

  test("script, arguments, input and key are in no process list there, and in no error", async () => {
    const [script, argument, input] = [newCanary(), newCanary(), newCanary()];
    const keyLines = world.endpoint.privateKey.split("\n").filter((line) => line.length > 40);
    const needles = [...[script, argument, input].flatMap(textNeedles), ...keyLines];
    let seen = "";
    const file = `${world.folder}/canary`;
    const running = faultOf(
      world.ssh.run(
        "h1",
        `: ${script.core}\ntouch "$2"\nread -r held\nwhile [ -e "$2" ]; do sleep 0.05; done\nsleep 30`,
        {
          args: [argument.value, file],
          stdin: `${input.value}\n`,
          timeoutSeconds: 2,
        },
      ),
    );
    await until(
      "it runs",
      SECONDS,
      async () => (await world.out('[ ! -e "$1" ] || echo yes', { args: [file] })) === "yes\n",
      20,
    );
    // The twin that must be found.
    const twin = newCanary(false);
    const planted = world.out('sh -c \'while [ -e "$2" ]; do sleep 0.05; done\' sh "$1" "$2"', {
      args: [twin.core, file],
    });
    const found = async (): Promise<string> => (await world.out(COMMAND_LINES)) + (await world.out(ENVIRONMENTS));
    await until("the twin is seen", SECONDS, async () => (seen += await found()).includes(twin.core), 20);
    await world.out('rm "$1"', { args: [file] });
    await planted;
    const fault = await running;
    // Shown as names alone: a failure must not print what a process list holds.
    const within = (text: string): string[] =>
      needles.filter((needle) => text.includes(needle)).map((needle) => needle.slice(0, 4));
    expect(within(seen)).toEqual([]);
    expect(within([fault.message, fault.stack ?? "", JSON.stringify(fault)].join("\n"))).toEqual([]);
  });

  test("root by sudo: nothing more is asked of it than the shell, and a refusal says what to do", async () => {
    if (world.endpoint.sudoer === undefined || world.endpoint.other === undefined) {
      process.stdout.write("no sudo there: only root himself is tested\n");
      expect(await world.out("id -u", { sudo: true }, world.ssh)).toBe(await world.out("id -u", {}, world.ssh));
      return;
    }
    const sudoer = world.through({ user: world.endpoint.sudoer });
    expect(await world.out("id -u", { sudo: true }, sudoer)).toBe("0\n");
    expect(await world.out("id -un", {}, sudoer)).toBe(`${world.endpoint.sudoer}\n`);
    await sudoer.writeFile("h1", `${world.folder}/owned`, "x", {
      sudo: true,
      owner: world.endpoint.sudoer,
      mode: "0640",
    });
    expect(await world.out('stat -c "%U %a" "$1"', { args: [`${world.folder}/owned`], sudo: true }, sudoer)).toBe(
      `${world.endpoint.sudoer} 640\n`,
    );
    const mark = "86436.5";
    expect(await faultOf(sudoer.run("h1", `sleep ${mark}`, { sudo: true, timeoutSeconds: 1 }))).toMatchObject({
      fault: "time over",
    });
    expect(await world.running(`sleep ${mark}`)).toBe(0);
    await sudoer.close();
    const other = world.through({ user: world.endpoint.other });
    const fault = await faultOf(other.run("h1", "id -u", { sudo: true }));
    expect(fault.fault).toBe("sudo refused");
    expect(fault.message).toMatch(
      /does not let user \w+ run `sudo -n sh -s` \(sudo: .*\): `npx alluxioctl sudoers --host h1`/,
    );
    await other.close();
  });

  test("through itself as bastion: over one connection, and with its words where the way ends there", async () => {
    const bastion = targetOf(world.endpoint, { host: "jump", port: world.proxy.port, address: "127.0.0.1" });
    const behind = world.transport({ bastion });
    expect(await world.out("cat", { stdin: "in" }, behind)).toBe("in");
    expect(world.proxy.connections).toBe(1);
    await behind.close();
    const closed = world.transport({ bastion, port: 1 });
    expect(await faultOf(closed.run("h1", "true"))).toMatchObject({ host: "h1", fault: "unreachable" });
    await closed.close();
  });

  test("a key that was changed, and one that is not pinned, end it before anything is sent", async () => {
    const other = publicLine(keyPair().private);
    const changed = world.through({ hostKeys: [other] });
    const fault = await faultOf(changed.run("h1", "true"));
    expect(fault.fault).toBe("host key changed");
    expect(fault.message.match(/SHA256:[A-Za-z0-9+/]{43} \(ssh-ed25519\)/g)).toHaveLength(2);
    expect(fault.message).toContain("hosts.addresses.h1.hostKey");
    expect(fault.message).toContain("`npx alluxioctl trust h1`");
    await changed.close();
    const unknown = world.through({ hostKeys: [] });
    expect(await faultOf(unknown.run("h1", "true"))).toMatchObject({ fault: "host key not pinned" });
    await unknown.close();
  });
}
