import { readdirSync, readFileSync } from "node:fs";

/** Processes of this machine that run the program of a Pulumi stack, by their environment's backend. */
export const programsOf = (backendUrl: string): number[] =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      const words = read(`/proc/${pid}/cmdline`);
      const runs = words.some((word) => word.endsWith("/@pulumi/pulumi/cmd/run/index.js"));
      return runs && read(`/proc/${pid}/environ`).includes(`PULUMI_BACKEND_URL=${backendUrl}`);
    })
    .map(Number);

/** What a process does that should have ended: its id, name, state, parent and times, and where in the kernel it waits. */
export const waitingOf = (pid: number): string =>
  [`/proc/${pid}/stat`, `/proc/${pid}/wchan`].map((file) => read(file).join(" ")).join(" ");

/** The words of one that has ended meanwhile are none. */
function read(file: string): string[] {
  try {
    return readFileSync(file, "utf8").split("\0");
  } catch {
    return [];
  }
}
