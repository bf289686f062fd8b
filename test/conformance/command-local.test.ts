import { mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Plugin } from "./plugin";
import { UNKNOWN, isSecret, plain, secret } from "./wire";

const LOCAL = "command:local:Command";
jest.setTimeout(30_000);

let plugin: Plugin;
let folder: string;
beforeAll(async () => {
  plugin = await Plugin.start("command");
  folder = mkdtempSync(join(realpathSync(tmpdir()), "conformance-"));
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await plugin.stop();
});

const file = (name: string): string => join(folder, name);
const text = (name: string): string => readFileSync(file(name), "utf8");

test("create runs once; its output loses one newline; the id is the name and eight digits", async () => {
  const made = await plugin.create(LOCAL, "once", { create: `echo x >>${file("once")}; printf 'a\\n\\n'; echo e >&2` });
  expect(text("once")).toBe("x\n");
  expect(made.state).toMatchObject({ stdout: "a\n", stderr: "e" });
  expect(made.id).toMatch(/^once[0-9a-f]{8}$/);
});

test("stdin, environment, interpreter and dir are as declared", async () => {
  const made = await plugin.create(LOCAL, "all", {
    create: 'read line; echo "$line $WORD $0"; pwd',
    stdin: "in\n",
    environment: { WORD: "env" },
    interpreter: ["/bin/sh", "-ec"],
    dir: folder,
  });
  expect(made.state["stdout"]).toBe(`in env /bin/sh\n${folder}`);
});

test("without create nothing runs", async () => {
  const made = await plugin.create(LOCAL, "none", { delete: `touch ${file("deleted")}` });
  expect(made.state["stdout"] ?? "").toBe("");
  await plugin.delete(made);
  expect(text("deleted")).toBe("");
});

test("a change runs update, or create where there is no update; delete runs what the state holds", async () => {
  const log = file("lifecycle");
  const args = { create: `echo create >>${log}`, delete: `echo delete >>${log}` };
  const made = await plugin.create(LOCAL, "life", args);
  const again = await plugin.update(made, { ...args, delete: `echo gone >>${log}` });
  const other = await plugin.update(again, { ...args, update: `echo "update $PULUMI_COMMAND_STDOUT" >>${log}` });
  await plugin.delete(other);
  expect(text("lifecycle")).toBe("create\ncreate\nupdate \ndelete\n");
});

test("update sees the output of the run before, unless that is switched off", async () => {
  const update = 'echo "[$PULUMI_COMMAND_STDOUT]"';
  const made = await plugin.create(LOCAL, "before", { create: "echo first" });
  const updated = await plugin.update(made, { create: "echo first", update });
  expect(updated.state["stdout"]).toBe("[first]");
  const silent = await plugin.update(updated, { create: "echo first", update, addPreviousOutputInEnv: false });
  expect(silent.state["stdout"]).toBe("[]");
});

test("what a change asks for: update of all inputs, and of triggers a replacement that creates first", async () => {
  const args = { create: "true", triggers: ["a", 1] };
  const made = await plugin.create(LOCAL, "diff", args);
  expect((await plugin.plan(made, args)).changed).toEqual([]);
  for (const change of [
    { create: "date" },
    { update: "date" },
    { delete: "date" },
    { stdin: "x" },
    { environment: { A: "1" } },
  ]) {
    expect(await plugin.plan(made, { ...args, ...change })).toMatchObject({
      changed: Object.keys(change),
      replaces: [],
    });
  }
  const diff = await plugin.plan(made, { ...args, triggers: ["a", 2] });
  expect(diff).toEqual({ changed: ["triggers"], replaces: ["triggers"], deleteBeforeReplace: false });
});

test("refresh runs nothing and sees nothing", async () => {
  const made = await plugin.create(LOCAL, "refresh", { create: `echo x >>${file("refresh")}` });
  expect(await plugin.drift(made)).toEqual([]);
  expect((await plugin.read(made))?.state).toEqual(made.state);
  expect(text("refresh")).toBe("x\n");
});

test("a failed create is an error with status and output, and leaves nothing in the state", async () => {
  const failing = plugin.create(LOCAL, "fail", { create: "echo out; echo err >&2; exit 7" });
  await expect(failing).rejects.toMatchObject({ left: undefined });
  await expect(failing).rejects.toThrow(/exit(ed with)? status 7[^]*out\n[^]*err/);
});

test("lines appear in the log while the command runs", async () => {
  const running = plugin.create(LOCAL, "live", {
    create: `echo early; while [ ! -e ${file("go")} ]; do sleep 0.1; done`,
  });
  await plugin.process.engine.linesUntil("early");
  await plugin.create(LOCAL, "go", { create: `touch ${file("go")}` });
  expect((await running).state["stdout"]).toBe("early");
});

test("logging none keeps lines out of the log", async () => {
  await plugin.create(LOCAL, "quiet", { create: "echo not-to-be-seen", logging: "none" });
  await plugin.create(LOCAL, "loud", { create: "echo said aloud" });
  expect(await plugin.process.engine.linesUntil("said aloud")).not.toContain("not-to-be-seen");
});

test("output of a secret command is secret; a preview does not know it", async () => {
  const made = await plugin.create(LOCAL, "secret", { create: secret("echo hunter2"), logging: "none" });
  expect(isSecret(made.state["stdout"])).toBe(true);
  expect(isSecret(made.state["create"])).toBe(true);
  expect(plain(made.state["stdout"] ?? null)).toBe("hunter2");
  expect((await plugin.foreseeCreate(LOCAL, "later", { create: "echo x" }))["stdout"]).toBe(UNKNOWN);
});
