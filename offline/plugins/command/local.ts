import { spawn } from "node:child_process";
import type { Output } from "./output";
import type { Run } from "./lifecycle";

/** Runs the line on this machine, in a process group of its own so that a cancel ends all of it. */
export function runLocally({ line, stdin, environment, previous, inputs, call, output }: Run): Promise<Output> {
  const interpreter = Array.isArray(inputs["interpreter"]) ? inputs["interpreter"].map(String) : [];
  const [program = "/bin/sh", ...args] = interpreter.length > 0 ? interpreter : ["/bin/sh", "-c"];
  const dir = inputs["dir"];
  return new Promise((resolve, reject) => {
    call.signal.throwIfAborted();
    const child = spawn(program, [...args, line], {
      detached: true,
      env: { ...process.env, ...environment, ...previous },
      ...(typeof dir === "string" ? { cwd: dir } : {}),
    });
    let stopped: string | undefined;
    const stop = (why: string): void => {
      stopped = why;
      killGroup(child.pid);
    };
    const onCancel = (): void => stop("cancelled");
    call.signal.addEventListener("abort", onCancel, { once: true });
    const limit = call.timeoutSeconds;
    const timer = limit === undefined ? undefined : setTimeout(() => stop(`no end after ${limit} s`), limit * 1000);
    const done = (): void => {
      clearTimeout(timer);
      call.signal.removeEventListener("abort", onCancel);
    };

    child.stdout.on("data", (chunk: Buffer) => output.add("stdout", chunk));
    child.stderr.on("data", (chunk: Buffer) => output.add("stderr", chunk));
    child.on("error", (error: NodeJS.ErrnoException) => {
      done();
      // A missing folder is reported by the kernel as if the program were missing.
      const place = typeof dir === "string" ? ` in folder ${dir}` : "";
      reject(output.failure(`cannot start ${program}${place}: ${error.code ?? "unknown error"}`));
    });
    child.on("close", (status, signal) => {
      done();
      if (stopped !== undefined) reject(output.failure(stopped));
      else if (status === 0) resolve(output.finish());
      else
        reject(
          output.failure(
            status === null ? `Process ended by ${String(signal)}` : `Process exited with status ${status}`,
          ),
        );
    });
    // A command that does not read its input closes it early.
    child.stdin.on("error", () => undefined);
    child.stdin.end(stdin ?? "");
  });
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It ended by itself in this very moment.
  }
}
