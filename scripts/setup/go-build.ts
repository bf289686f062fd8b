import fs from "node:fs";
import path from "node:path";
import { CacheEntry, hashOf } from "./cache";
import { findExecutable, run } from "./command";
import { SetupProblem } from "./problem";
import type { Progress } from "./progress";

/** A program to compile from a Go module of ours that only pins versions; its sources come from the module proxy. */
export interface GoProgram {
  /** What to call it: the cache entry and the executable. */
  readonly name: string;
  readonly executable: string;
  /** Folder of go.mod and go.sum. */
  readonly module: string;
  readonly package: string;
  /** What the program answers when asked for its version. */
  readonly version: string;
  /** A change of its sources, without which it does not do what this project needs. */
  readonly patch?: SourcePatch;
}

/** One place in one file of a module, replaced before it is compiled. */
export interface SourcePatch {
  readonly module: string;
  readonly file: string;
  /** What stands there, exactly once. */
  readonly text: string;
  readonly by: string;
}

const NEWEST =
  "Install Go 1.26 or newer from https://go.dev/dl/ (distributions often have an older one), then run the same command again.";

/** Go's absence or age, said before anything is started; what is in the cache needs no Go. */
export async function checkGo(programs: readonly GoProgram[]): Promise<void> {
  const missing = programs.find((program) => !entryOf(program).exists);
  if (missing === undefined) return;
  const go = findExecutable("go");
  if (go === undefined) {
    throw new SetupProblem(`The Pulumi CLI has to be compiled here, and there is no Go on PATH.\n${NEWEST}`);
  }
  // In the module's folder Go checks that it is new enough for it, and fetches a newer one itself where that is allowed.
  await run(go, ["version"], { cwd: missing.module }).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SetupProblem(`The Go on PATH (${go}) cannot compile the Pulumi CLI:\n${reason}\n${NEWEST}`);
  });
}

export function entryOf(program: GoProgram): CacheEntry {
  const files = fs.readdirSync(program.module).map((name) => path.join(program.module, name));
  const { version, patch } = program;
  const hash = hashOf(files, {
    version,
    platform: process.platform,
    arch: process.arch,
    ...(patch ? { patch: JSON.stringify(patch) } : {}),
  });
  return new CacheEntry(`${program.name}-${hash}`);
}

/** Compiles the program into the cache, unless it is there. What Go compiled before a kill, it does not compile again. */
export async function build(program: GoProgram, progress: Progress): Promise<string> {
  const entry = entryOf(program);
  await entry.ensure(async (folder) => {
    const version = `github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${program.version}`;
    const output = path.join(folder, "bin", program.executable);
    const sources = program.patch && (await patchedSources(program, program.patch, folder));
    const modfile = sources === undefined ? [] : ["-modfile", sources.modfile];
    await run("go", ["build", ...modfile, "-ldflags", `-s -w -X ${version}`, "-o", output, program.package], {
      cwd: program.module,
      env: { ...process.env, CGO_ENABLED: "0", GOFLAGS: "-mod=readonly -trimpath -buildvcs=false" },
      log: path.join(folder, "build.log"),
    });
    if (sources) fs.rmSync(sources.folder, { recursive: true });
  }, progress);
  return entry.file("bin", program.executable);
}

/** A copy of the module with the patch in it, and a go.mod that names the copy: Go lets nobody change its own. */
async function patchedSources(
  program: GoProgram,
  patch: SourcePatch,
  entry: string,
): Promise<{ folder: string; modfile: string }> {
  const folder = path.join(entry, "sources");
  const module = path.join(folder, "module");
  const log = path.join(entry, "build.log");
  await run("go", ["mod", "download", patch.module], { cwd: program.module, log });
  const original = await run("go", ["list", "-m", "-f", "{{.Dir}}", patch.module], { cwd: program.module });
  fs.cpSync(original.trim(), module, { recursive: true });
  await run("chmod", ["-R", "u+w", module]); // Go keeps its own copy read-only
  const file = path.join(module, patch.file);
  fs.writeFileSync(file, applyPatch(fs.readFileSync(file, "utf8"), patch));
  const modfile = path.join(folder, "go.mod");
  const goMod = fs.readFileSync(path.join(program.module, "go.mod"), "utf8");
  fs.writeFileSync(modfile, `${goMod}\nreplace ${patch.module} => ${module}\n`);
  fs.copyFileSync(path.join(program.module, "go.sum"), path.join(folder, "go.sum"));
  return { folder, modfile };
}

/** @throws SetupProblem where the text is not there exactly once: the sources are not those that the patch was written for */
export function applyPatch(source: string, { file, text, by }: SourcePatch): string {
  const [before, after, ...more] = source.split(text);
  if (before === undefined || after === undefined || more.length > 0) {
    throw new SetupProblem(`${file} cannot be patched: it does not hold this text exactly once: ${text}`);
  }
  return `${before}${by}${after}`;
}
