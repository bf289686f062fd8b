import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";

export interface CommandOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** Ends the command, and fails, after so many seconds. @default no limit */
  seconds?: number;
  /** Everything that the command says goes to this file as well. */
  log?: string;
}

/** A command that failed: what was run, how it ended, the last lines it said. */
export class CommandFailure extends Error {
  override readonly name = "CommandFailure";
  constructor(
    readonly command: string,
    readonly reason: string,
    readonly output: string,
  ) {
    super(`${command}: ${reason}\n${lastLines(output, 15)}`);
  }
}

export function lastLines(text: string, count: number): string {
  return text.trimEnd().split("\n").slice(-count).join("\n");
}

/** The first of PATH's executables of that name, without those inside `except` (our own launchers). */
export function findExecutable(
  name: string,
  pathVariable = process.env["PATH"] ?? "",
  except?: string,
): string | undefined {
  return pathVariable
    .split(path.delimiter)
    .filter((folder) => path.isAbsolute(folder) && (except === undefined || !isInside(folder, except)))
    .map((folder) => path.join(folder, name))
    .find((file) => isExecutable(file));
}

function isInside(file: string, folder: string): boolean {
  const relative = path.relative(folder, file);
  return relative === "" || (!relative.startsWith("..") && !path.isAbsolute(relative));
}

function isExecutable(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}

/** Runs a command to its end and returns its standard output. Throws {@link CommandFailure}. */
export async function run(file: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  const log = options.log === undefined ? undefined : fs.createWriteStream(options.log, { flags: "a" });
  const child = spawn(file, args, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let all = "";
  const hear = (chunk: Buffer) => {
    all = (all + chunk.toString()).slice(-20_000);
    log?.write(chunk);
  };
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
    hear(chunk);
  });
  child.stderr.on("data", hear);
  let late = false;
  const timer =
    options.seconds === undefined
      ? undefined
      : setTimeout(() => {
          late = true;
          child.kill("SIGKILL");
        }, options.seconds * 1000);
  const stop = () => child.kill("SIGTERM");
  process.once("exit", stop);
  const name = [path.basename(file), ...args].join(" ");
  try {
    return await new Promise<string>((resolve, reject) => {
      child.on("error", (error) => reject(new CommandFailure(name, error.message, "")));
      child.on("close", (code, signal) => {
        if (code === 0) resolve(stdout);
        else if (late) reject(new CommandFailure(name, `no end within ${String(options.seconds)} s`, all));
        else reject(new CommandFailure(name, code === null ? `ended by ${String(signal)}` : `exit code ${code}`, all));
      });
    });
  } finally {
    clearTimeout(timer);
    process.removeListener("exit", stop);
    log?.end();
  }
}
