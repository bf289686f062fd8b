import { execFileSync } from "node:child_process";
import crypto from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { layOut, pack } from "../../../scripts/setup/alluxio-tarball";

let folder: string;
beforeEach(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), "tarball-"))));
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

const JARS = ["b.jar", "a.jar", "alluxio-core.jar"];

/** Packs small jars, made in that order, with that mode and time, beside the true launchers. */
async function packed(name: string, jars: readonly string[], mode: number, time: number): Promise<string> {
  const from = path.join(folder, name, "jars");
  const stage = path.join(folder, name, "stage");
  fs.mkdirSync(from, { recursive: true });
  for (const jar of jars) {
    fs.writeFileSync(path.join(from, jar), jar);
    fs.chmodSync(path.join(from, jar), mode);
    fs.utimesSync(path.join(from, jar), time, time);
  }
  layOut(path.join(stage, "alluxio-1.2.3"), path.resolve("offline"), from);
  const archive = path.join(folder, `${name}.tar.gz`);
  await pack(stage, archive);
  return archive;
}

const sha256 = (file: string): string => crypto.createHash("sha256").update(fs.readFileSync(file)).digest("hex");

test("the same parts give the same bytes, whoever copied them, when and in which order", async () => {
  const one = await packed("one", JARS, 0o644, 1e9);
  const other = await packed("other", [...JARS].reverse(), 0o600, 2e9);
  const third = await packed("third", [...JARS, "c.jar"], 0o644, 1e9);
  expect(sha256(other)).toBe(sha256(one));
  expect(sha256(third)).not.toBe(sha256(one));
});

test("it holds what the official one holds, under one folder, with modes that any user can work with", async () => {
  const listed = execFileSync("tar", ["-tvzf", await packed("one", JARS, 0o600, 1e9), "--numeric-owner"], {
    encoding: "utf8",
  });
  const entries = listed
    .trim()
    .split("\n")
    .map((line) => line.split(/\s+/));
  expect(entries.map(([mode = "", owner = "", , , , name = ""]) => `${mode} ${owner} ${name}`)).toMatchInlineSnapshot(`
   [
     "drwxr-xr-x 0/0 alluxio-1.2.3/",
     "drwxr-xr-x 0/0 alluxio-1.2.3/assembly/",
     "-rw-r--r-- 0/0 alluxio-1.2.3/assembly/a.jar",
     "-rw-r--r-- 0/0 alluxio-1.2.3/assembly/alluxio-core.jar",
     "-rw-r--r-- 0/0 alluxio-1.2.3/assembly/b.jar",
     "drwxr-xr-x 0/0 alluxio-1.2.3/bin/",
     "-rwxr-xr-x 0/0 alluxio-1.2.3/bin/alluxio",
     "-rwxr-xr-x 0/0 alluxio-1.2.3/bin/launch-process",
     "drwxr-xr-x 0/0 alluxio-1.2.3/conf/",
     "-rw-r--r-- 0/0 alluxio-1.2.3/conf/alluxio-env.sh.template",
     "-rw-r--r-- 0/0 alluxio-1.2.3/conf/alluxio-site.properties.template",
     "-rw-r--r-- 0/0 alluxio-1.2.3/conf/log4j.properties",
     "-rw-r--r-- 0/0 alluxio-1.2.3/conf/masters",
     "-rw-r--r-- 0/0 alluxio-1.2.3/conf/workers",
     "drwxr-xr-x 0/0 alluxio-1.2.3/integration/",
     "drwxr-xr-x 0/0 alluxio-1.2.3/integration/fuse/",
     "drwxr-xr-x 0/0 alluxio-1.2.3/integration/fuse/bin/",
     "-rwxr-xr-x 0/0 alluxio-1.2.3/integration/fuse/bin/alluxio-fuse",
     "drwxr-xr-x 0/0 alluxio-1.2.3/libexec/",
     "-rw-r--r-- 0/0 alluxio-1.2.3/libexec/alluxio-config.sh",
     "drwxr-xr-x 0/0 alluxio-1.2.3/logs/",
     "drwxrwxrwt 0/0 alluxio-1.2.3/logs/user/",
   ]
  `);
});

test("its launchers find their home wherever it is unpacked", async () => {
  const archive = await packed("one", JARS, 0o644, 1e9);
  const home = path.join(folder, "it's here");
  fs.mkdirSync(home);
  execFileSync("tar", ["-xzf", archive, "-C", home, "--strip-components=1"]);
  const java = path.join(folder, "java", "bin");
  fs.mkdirSync(java, { recursive: true });
  fs.writeFileSync(path.join(java, "java"), '#!/bin/sh\nprintf "%s\\n" "$CLASSPATH" "$@"\n', { mode: 0o755 });
  fs.writeFileSync(path.join(home, "conf", "alluxio-env.sh"), "ALLUXIO_MASTER_JAVA_OPTS=-Xmx7m\n");
  const said = (program: string, ...args: string[]): string[] =>
    execFileSync(path.join(home, program), args, {
      env: { PATH: `${java}:${process.env["PATH"] ?? ""}` },
      encoding: "utf8",
    })
      .trim()
      .split("\n");
  const master = said("bin/launch-process", "master");
  // In an order of ours: that of the file system may be any.
  const jars = [...JARS].sort().map((jar) => `${home}/assembly/${jar}`);
  expect([master[0], master.at(-1)]).toEqual([[`${home}/conf`, ...jars].join(":"), "alluxio.master.AlluxioMaster"]);
  expect(master).toEqual(
    expect.arrayContaining([`-Dalluxio.home=${home}`, `-Dalluxio.logs.dir=${home}/logs`, "-Xmx7m"]),
  );
  const fuse = said("integration/fuse/bin/alluxio-fuse", "mount", "-n", "-o", "allow_other,x=1", "/mnt/a b", "/data");
  expect(fuse.slice(-7)).toEqual([
    "alluxio.fuse.AlluxioFuse",
    "-o",
    "allow_other,x=1",
    "-m",
    "/mnt/a b",
    "-a",
    "/data",
  ]);
});
