import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "alluxio-compiled-"));
const entry = path.join(folder, "program", "main.ts");
const part = path.join(folder, "program", "part.ts");
const kept = path.join(folder, ".tools", "compiled", "program-main.ts.cjs");

/** A source as it was left a while ago: one of this very moment is compiled anew at each start. */
function write(file: string, text: string): void {
  fs.writeFileSync(file, text);
  const before = new Date(Date.now() - 60_000 + text.length);
  fs.utimesSync(file, before, before);
}

function run(): string {
  const { stdout, stderr } = spawnSync(process.execPath, ["scripts/compiled.cjs", entry, "a b"], {
    cwd: folder,
    encoding: "utf8",
  });
  return stdout + stderr;
}

beforeAll(() => {
  fs.mkdirSync(path.join(folder, "scripts"));
  fs.mkdirSync(path.dirname(entry));
  fs.symlinkSync(path.resolve("node_modules"), path.join(folder, "node_modules"));
  fs.copyFileSync("scripts/compiled.cjs", path.join(folder, "scripts", "compiled.cjs"));
  write(
    entry,
    'import { part } from "./part";\nconst args: string[] = process.argv.slice(2);\nconsole.log(part, args.join(), __dirname);\n',
  );
  write(part, 'export const part: string = "one";\n');
});

afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

test("what was compiled is run again as it is, until a source changes", () => {
  expect(run()).toBe(`one a b ${path.dirname(entry)}\n`);
  // A positive control: it is the kept text that runs.
  fs.writeFileSync(kept, fs.readFileSync(kept, "utf8").replace('"one"', '"kept"'));
  expect(run()).toBe(`kept a b ${path.dirname(entry)}\n`);
  // As long as before: V8 takes the machine code of one text for that of another of the same length.
  fs.writeFileSync(kept, fs.readFileSync(kept, "utf8").replace('"kept"', '"same"'));
  expect(run()).toBe(`same a b ${path.dirname(entry)}\n`);
  write(part, 'export const part: string = "changed";\n');
  expect(run()).toBe(`changed a b ${path.dirname(entry)}\n`);
});

test("what cannot be kept runs all the same, and a mistake is told", () => {
  fs.rmSync(path.dirname(kept), { recursive: true, force: true });
  fs.writeFileSync(path.dirname(kept), "not a folder");
  expect(run()).toBe(`changed a b ${path.dirname(entry)}\n`);
  write(part, "export const part = ;\n");
  expect(run()).toContain("part.ts:1:20: ERROR");
});
