import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { CacheEntry, cacheFolder, hashOf } from "../../../scripts/setup/cache";
import { isStale, withLock } from "../../../scripts/setup/lock";

let folder: string;
beforeEach(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), "cache-"))));
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

const silent = { note: () => undefined };
const deadProcess = () => spawnSync(process.execPath, ["-e", ""]).pid;

describe("the hash of the inputs", () => {
  const write = (name: string, text: string, mode = 0o644) => {
    const file = path.join(folder, name);
    fs.writeFileSync(file, text);
    fs.chmodSync(file, mode);
    return file;
  };

  test("changes with content, name, mode and value, and with nothing else", () => {
    const hash = hashOf([write("a", "1"), write("b", "2")], { version: "1" });
    expect(hash).toMatch(/^[0-9a-f]{12}$/);
    expect(hashOf([path.join(folder, "b"), path.join(folder, "a")], { version: "1" })).toBe(hash);
    const others = [
      hashOf([write("a", "1"), write("b", "2")], { version: "2" }),
      hashOf([write("a", "12"), write("b", "")], { version: "1" }),
      hashOf([write("a", "1"), write("c", "2")], { version: "1" }),
      hashOf([write("a", "1"), write("b", "2", 0o755)], { version: "1" }),
      hashOf([write("a", "1")], { version: "1" }),
    ];
    expect(new Set([hash, ...others]).size).toBe(6);
  });
});

test("the cache is the user's own, wherever XDG says", () => {
  expect(cacheFolder({ XDG_CACHE_HOME: "/x" })).toBe("/x/alluxio-pulumi");
  expect(cacheFolder({})).toBe(path.join(os.homedir(), ".cache", "alluxio-pulumi"));
  expect(cacheFolder({ XDG_CACHE_HOME: "relative" })).toBe(cacheFolder({}));
});

describe("a cache entry", () => {
  test("is made once", async () => {
    let made = 0;
    const make = async (partial: string) => {
      made++;
      fs.writeFileSync(path.join(partial, "f"), "x");
    };
    await new CacheEntry("thing-1", folder).ensure(make, silent);
    await new CacheEntry("thing-1", folder).ensure(make, silent);
    expect(made).toBe(1);
    expect(fs.readdirSync(folder)).toEqual(["thing-1"]);
  });

  test("that two make at once is made by one, and the other waits", async () => {
    let made = 0;
    const make = async () => {
      made++;
      await new Promise((resolve) => setTimeout(resolve, 50));
    };
    const notes: string[] = [];
    const ensure = () => new CacheEntry("thing-1", folder).ensure(make, { note: (line) => notes.push(line) });
    await Promise.all([ensure(), ensure()]);
    expect(made).toBe(1);
    expect(notes).toHaveLength(1);
  });

  test("that fails half-way is not there, and the next attempt starts afresh", async () => {
    const entry = new CacheEntry("thing-1", folder);
    const failing = entry.ensure(async (partial) => {
      fs.writeFileSync(path.join(partial, "half"), "x");
      throw new Error("disk full");
    }, silent);
    await expect(failing).rejects.toThrow("disk full");
    expect(fs.readdirSync(folder)).toEqual([]);
  });

  test("that a killed run left half-made is made again, and the remains go", async () => {
    const pid = deadProcess();
    fs.mkdirSync(path.join(folder, `thing-1.partial-${pid}`));
    fs.writeFileSync(path.join(folder, "thing-1.lock"), JSON.stringify({ pid, host: os.hostname() }));
    const entry = new CacheEntry("thing-1", folder);
    await entry.ensure(async (partial) => fs.writeFileSync(path.join(partial, "f"), "x"), silent);
    expect(fs.readdirSync(folder)).toEqual(["thing-1"]);
    expect(fs.existsSync(entry.file("f"))).toBe(true);
  });
});

describe("a lock", () => {
  const machine = (alive: boolean, start?: string) => ({ isThere: () => alive, startOf: () => start });

  test.each([
    ["its process ended here", { pid: 7, host: "here" }, machine(false), true],
    ["its process runs here", { pid: 7, host: "here" }, machine(true), false],
    ["its process runs here since then", { pid: 7, host: "here", started: "5" }, machine(true, "5"), false],
    ["its pid is another process now", { pid: 7, host: "here", started: "5" }, machine(true, "9"), true],
    ["it is another machine's", { pid: 7, host: "there" }, machine(false), false],
    ["it is empty", undefined, machine(true), true],
  ])("when %s", (_, holder, on, stale) => {
    expect(isStale(holder, "here", on)).toBe(stale);
  });

  test("of a live process is waited for", async () => {
    const file = path.join(folder, "l");
    const order: string[] = [];
    const first = withLock(file, async () => {
      await new Promise((resolve) => setTimeout(resolve, 100));
      order.push("first");
    });
    const second = withLock(file, async () => void order.push("second"));
    await Promise.all([first, second]);
    expect(order).toEqual(["first", "second"]);
    expect(fs.readdirSync(folder)).toEqual([]);
  });
});
