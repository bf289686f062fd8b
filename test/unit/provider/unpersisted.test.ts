import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newestBackup, parseBackup } from "../../../provider/probes/backup";
import { LIST_UNPERSISTED, parseUnpersisted } from "../../../provider/probes/unpersisted";

/** What the script makes of a listing; `alluxio` is a program that prints it. */
function listed(listing: string, code = 0): { code: number; text: string } {
  const folder = mkdtempSync(join(tmpdir(), "unpersisted-"));
  try {
    writeFileSync(join(folder, "listing"), listing);
    writeFileSync(join(folder, "alluxio"), `#!/bin/sh\ncat "${folder}/listing"\nexit ${code}\n`, { mode: 0o755 });
    const env = { PATH: `${folder}:${process.env["PATH"] ?? ""}` };
    return {
      code: 0,
      text: execFileSync("/bin/sh", ["-c", LIST_UNPERSISTED], { env, encoding: "utf8", stdio: "pipe" }),
    };
  } catch (error) {
    return { code: (error as { status: number }).status, text: "" };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const LISTING = `drwxr-xr-x  alluxio        alluxio                      0   NOT_PERSISTED 2026  DIR /dir
-rw-r--r--  alluxio        alluxio                      3       PERSISTED 2026 100% /p
-rw-r--r--  alluxio        alluxio                      9   NOT_PERSISTED 2026 100% /odd  name PERSISTED 50% /y
-rw-r--r--  alluxio        alluxio                      9 TO_BE_PERSISTED 2026   0% /later
`;

test("files in the caches alone are counted and named; folders, and what is persisted, are not", () => {
  expect(parseUnpersisted(listed(LISTING).text)).toEqual({
    files: 3,
    unpersisted: 2,
    paths: ["/odd  name PERSISTED 50% /y", "/later"],
  });
});

test("of very many only the first are named, and all are counted", () => {
  const line = (i: number) => `-rw-r--r-- a a 1 NOT_PERSISTED 2026 100% /f${i}\n`;
  const sight = parseUnpersisted(listed(Array.from({ length: 5000 }, (_, i) => line(i)).join("")).text);
  expect(sight).toMatchObject({ files: 5000, unpersisted: 5000 });
  expect(sight && "paths" in sight && sight.paths.length).toBe(200);
});

test("nothing at all, and a listing that breaks off, are not the same", () => {
  expect(parseUnpersisted(listed("").text)).toEqual({ files: 0, unpersisted: 0, paths: [] });
  expect(listed(LISTING, 1).code).toBe(1);
  expect(parseUnpersisted("-rw-r--r-- a a 1 NOT_PERSISTED 2026 100% /f\n")).toBeUndefined();
});

test("parseBackup: where it was written to, among carriage returns", () => {
  const text =
    "   \r Backup state: Initiating\r    \rBackup Host        : master-2\nBackup URI         : /b/x.gz\nBackup Entry Count : 7\n";
  expect(parseBackup(text)).toBe("/b/x.gz");
  expect(
    parseBackup("\r Backup state: Initiating\rBackup failed at worker: Failed to create directory /b\n"),
  ).toBeUndefined();
});

test("newestBackup: by its number, of those that are complete", () => {
  const names = (...numbers: number[]) => numbers.map((n) => `alluxio-backup-2026-11-22-${n}.gz`);
  const [old, recent, broken] = names(1795374461598, 1795375507197, 1795375999999) as [string, string, string];
  const found = newestBackup([recent, `${recent}.complete`, old, `${old}.complete`, broken, "x", ""]);
  expect(found).toEqual({ name: recent, writtenAt: new Date(1795375507197) });
  expect(newestBackup(["x"])).toBeUndefined();
});
