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
  const hash = hashOf(files, { version: program.version, platform: process.platform, arch: process.arch });
  return new CacheEntry(`${program.name}-${hash}`);
}

/** Compiles the program into the cache, unless it is there. What Go compiled before a kill, it does not compile again. */
export async function build(program: GoProgram, progress: Progress): Promise<string> {
  const entry = entryOf(program);
  await entry.ensure(async (folder) => {
    const version = `github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${program.version}`;
    const output = path.join(folder, "bin", program.executable);
    await run("go", ["build", "-ldflags", `-s -w -X ${version}`, "-o", output, program.package], {
      cwd: program.module,
      env: { ...process.env, CGO_ENABLED: "0", GOFLAGS: "-mod=readonly -trimpath -buildvcs=false" },
      log: path.join(folder, "build.log"),
    });
  }, progress);
  return entry.file("bin", program.executable);
}
