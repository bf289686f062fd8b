import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { holdingLock, locksFolder, removeDeadLocks } from "../../../scripts/stack-lock";

const dead = spawnSync(process.execPath, ["-e", ""]).pid;
const NOW = new Date().toISOString();
const mine = { hostname: os.hostname(), username: "me", timestamp: NOW };

let folder: string;
let locks: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "locks-"));
  locks = locksFolder(`file://${folder}`, "dev")!;
  fs.mkdirSync(locks, { recursive: true });
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

const lock = (name: string, content: object | string): void =>
  fs.writeFileSync(path.join(locks, name), typeof content === "string" ? content : JSON.stringify(content));
const left = (): string[] => fs.readdirSync(locks).sort();

test("only a file backend has a folder of locks", () => {
  expect(locks).toBe(path.join(folder, ".pulumi/locks/organization/alluxio/dev"));
  expect(locksFolder("file://~", "dev")).toBe(path.join(os.homedir(), ".pulumi/locks/organization/alluxio/dev"));
  expect(locksFolder("file:///a%20b", "dev")).toBe("/a b/.pulumi/locks/organization/alluxio/dev");
  // Which Pulumi says by itself.
  expect(locksFolder("file:///100%/no-url", "dev")).toBeUndefined();
  expect(locksFolder("https://api.pulumi.com", "dev")).toBeUndefined();
  expect(removeDeadLocks(undefined, "dev")).toEqual([]);
});

test("the lock of a process that ended here goes, with what the backend notes beside it, and nothing else", () => {
  lock("dead.json", { ...mine, pid: dead });
  lock("dead.json.attrs", {});
  lock("other.json", "not JSON");
  expect([removeDeadLocks(locks, "dev"), left()]).toEqual([[dead], ["other.json"]]);
});

test("so does one whose process id is somebody else's by now", () => {
  lock("reused.json", { ...mine, pid: process.pid, timestamp: "2020-01-01T00:00:00Z" });
  expect([removeDeadLocks(locks, "dev"), left()]).toEqual([[process.pid], []]);
});

test("a run that goes on is told of, with who holds the lock, and left alone", () => {
  lock("alive.json", { ...mine, pid: process.pid });
  lock("dead.json", { ...mine, pid: dead });
  expect(() => removeDeadLocks(locks, "dev")).toThrow(
    `Stack dev is being changed by process ${process.pid} of me on ${os.hostname()}, since ${NOW}. Nothing was touched.`,
  );
  expect(left()).toEqual(["alive.json", "dead.json"]);
});

test("whether a process on another machine runs cannot be known", () => {
  lock("elsewhere.json", { ...mine, pid: dead, hostname: "another-machine" });
  expect(() => removeDeadLocks(locks, "dev")).toThrow("If it was killed: npx pulumi cancel --stack dev");
  expect(left()).toEqual(["elsewhere.json"]);
});

test("while recovery works the stack is locked, in the form that Pulumi reads; afterwards it is not", async () => {
  const held = await holdingLock(locks, "dev", async () => {
    const [name, ...more] = left();
    expect(more).toEqual([]);
    return JSON.parse(fs.readFileSync(path.join(locks, name!), "utf8")) as unknown;
  });
  expect(held).toMatchObject({ pid: process.pid, hostname: os.hostname(), username: os.userInfo().username });
  expect(left()).toEqual([]);

  const failing = holdingLock(locks, "dev", () => Promise.reject(new Error("no")));
  await expect(failing).rejects.toThrow("no");
  expect(left()).toEqual([]);
});

test("it gives way to a run that began in between", async () => {
  lock("alive.json", { ...mine, pid: process.ppid });
  const work = jest.fn(async () => undefined);
  await expect(holdingLock(locks, "dev", work)).rejects.toThrow(`process ${process.ppid} of me`);
  expect([work.mock.calls.length, left()]).toEqual([0, ["alive.json"]]);
});
