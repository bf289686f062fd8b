import { OUT_OF_TIME, type CommandResult } from "../transports/commandResult";

/** Alluxio's shells tell what went wrong on their standard output; on the other one are traces of gRPC. */
export function saidBy({ code, stdout, stderr }: CommandResult, limitSeconds: number): string {
  if (code === OUT_OF_TIME) return `it took longer than ${limitSeconds} s`;
  const said = stdout.trim() === "" ? stderr : stdout;
  const lines = said.split(/[\r\n]+/).map((line) => line.trim());
  return lines.filter((line) => line !== "").at(-1) ?? `exit code ${code}`;
}
