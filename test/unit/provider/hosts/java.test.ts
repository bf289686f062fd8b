import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseUnpacked, unpackedFunctions } from "../../../../provider/hosts/archive";
import { Untouched } from "../../../../provider/resources/hosts/onHost";
import { java, type JavaInputs } from "../../../../provider/resources/hosts/java";
import { unhealthyOf } from "../fakes";
import { CUT, failing, OFF, ON_HOST, rest } from "./given";

const SHA256 = "ab".repeat(32);
const INPUTS: JavaInputs = {
  ...ON_HOST,
  home: "/opt/alluxio/java-abababababab",
  source: { file: "jre.tar.gz" },
  sha256: SHA256,
  changed: [],
};

function world(seen: Partial<JavaInputs>, errors: Error[] = []) {
  return java({
    observe: async () => ({ sha256: SHA256, changed: [], ...seen }),
    install: failing(errors, () => undefined),
    remove: async () => undefined,
  });
}
const create = (kind: ReturnType<typeof world>) => kind.create({ name: "j", news: INPUTS, ...rest() });

test.each<[Partial<JavaInputs>, string[]]>([
  [{}, []],
  [{ sha256: "missing" }, ["sha256"]],
  [{ changed: ["lib/modules", "conf/net.properties"] }, ["changed"]],
])("read %j", async (seen, paths) => {
  const kind = world(seen);
  const state = (await kind.read({ id: "x", state: INPUTS, inputs: INPUTS, ...rest() }))!;
  expect(state).toEqual({ ...INPUTS, ...seen });
  expect(kind.diff({ state, oldInputs: INPUTS, news: INPUTS }).map(({ path }) => path)).toEqual(paths);
});

test("another archive has another home, and takes its place only when it is there", () => {
  const news = { ...INPUTS, home: "/opt/alluxio/java-cd", sha256: "cd".repeat(32) };
  expect(world({}).diff({ state: INPUTS, oldInputs: INPUTS, news })).toEqual([
    { path: "home", kind: "update", replace: true },
    { path: "sha256", kind: "update" },
  ]);
});

test("unpacked it is what was declared; cut off it stays in the state, refused or never begun it does not", async () => {
  expect(await create(world({}))).toEqual({ id: "blue4:/opt/alluxio/java-abababababab", state: INPUTS });
  expect((await unhealthyOf(create(world({}, [CUT])))).snapshot?.state).toMatchObject({ sha256: "missing" });
  for (const error of [OFF, new Untouched("it is somebody else's")])
    await expect(create(world({}, [error]))).rejects.toBe(error);
  const failed = await unhealthyOf(create(world({ changed: ["bin/java"] })));
  expect(failed.message).toContain("java-abababababab on host blue4 is still not as it was packed (changed)");
});

test.each([
  ["sha256", { sha256: "AB" }],
  ["home", { home: "opt/java" }],
  ["clusterId", { clusterId: "x/y" }],
])("check refuses a wrong %s", async (property, wrong) => {
  const failures = await world({}).check({ olds: undefined, news: { ...INPUTS, ...wrong }, ...rest() });
  expect(failures.map((failure) => failure.property)).toEqual([property]);
  expect(await world({}).check({ olds: undefined, news: INPUTS, ...rest() })).toEqual([]);
});

test("the probe's answer", () => {
  expect(parseUnpacked(`sha256 ${SHA256}\nchanged a b\nchanged c\n`)).toEqual({
    sha256: SHA256,
    changed: ["a b", "c"],
  });
  expect(parseUnpacked("")).toEqual({ sha256: "missing", changed: [] });
});

test("only what others write into is not looked at", () => {
  const folder = mkdtempSync(join(tmpdir(), "unpacked-"));
  for (const path of ["conf", "lib", "lib/conf"]) {
    mkdirSync(join(folder, path));
    writeFileSync(join(folder, path, "file"), "");
  }
  const listed = (shared: string[]): string[] => {
    const script = `${unpackedFunctions({ entry: "java", shared, proof: "" })}list | cut -f 1`;
    return spawnSync("sh", ["-c", script], { cwd: folder, encoding: "utf8" }).stdout.split("\n");
  };
  expect(listed([])).toEqual(["conf/file", "lib/conf/file", "lib/file", ""]);
  expect(listed(["conf", "logs"])).toEqual(["lib/conf/file", "lib/file", ""]);
  rmSync(folder, { recursive: true });
});
