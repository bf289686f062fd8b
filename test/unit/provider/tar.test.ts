import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync, readFileSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { entriesOf, tarOf, type TarEntry } from "../../../provider/transports/tar";

const ENTRIES: readonly TarEntry[] = [
  { path: "master-1/", mode: 0o700, uid: 1000, gid: 1000, content: Buffer.alloc(0) },
  { path: "master-1/a", mode: 0o600, uid: 1000, gid: 1001, content: Buffer.from("x=ü\n") },
  { path: "b", mode: 0o644, uid: 0, gid: 0, content: Buffer.alloc(512, "b") },
];

test("what is written is read back", () => {
  expect(entriesOf(tarOf(ENTRIES))).toEqual(ENTRIES);
  expect(entriesOf(tarOf([]))).toEqual([]);
});

test("tar reads what we write, and we read what tar writes", () => {
  const folder = mkdtempSync(join(tmpdir(), "alluxio-tar-"));
  try {
    const [ours, theirs] = [join(folder, "ours.tar"), join(folder, "theirs.tar")];
    writeFileSync(ours, tarOf(ENTRIES));
    const listed = spawnSync("tar", ["--numeric-owner", "-tvf", ours], { encoding: "utf8" });
    expect(listed.stdout.split("\n").map((line) => line.split(/\s+/).filter((_, i) => i < 3 || i === 5))).toEqual([
      ["drwx------", "1000/1000", "0", "master-1/"],
      ["-rw-------", "1000/1001", "5", "master-1/a"],
      ["-rw-r--r--", "0/0", "512", "b"],
      [""],
    ]);
    writeFileSync(join(folder, "file"), "content", { mode: 0o640 });
    spawnSync("tar", ["-C", folder, "-cf", theirs, "file"]);
    const { mode, uid, gid } = statSync(join(folder, "file"));
    expect(entriesOf(readFileSync(theirs))).toEqual([
      { path: "file", mode: mode & 0o7777, uid, gid, content: Buffer.from("content") },
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a path that does not fit is refused, not cut off", () => {
  expect(() => tarOf([{ ...ENTRIES[2]!, path: "x".repeat(101) }])).toThrow("too long a path");
});
