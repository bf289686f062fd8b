import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { needlesOf, type Canary } from "./needles";

/** Something that a process bore on its command line or in its environment. */
export interface ProcessSighting {
  readonly where: "command line" | "environment";
  /** Its program: the first word of its command line. */
  readonly program: string;
  /** The name of the variable. */
  readonly variable?: string;
  readonly canary: string;
  readonly form: string;
}

interface Report {
  readonly looks: number;
  readonly processes: number;
  readonly sightings: ProcessSighting[];
}

/**
 * Looks at every process of this machine, those in containers included, again and again. It runs beside the test, for a
 * process may live for milliseconds only.
 */
export class ProcessWatch {
  private readonly child: ChildProcess;
  private answer = "";

  /** @param canaries by name; they reach the watcher on its standard input, or it would find itself */
  static async start(canaries: Readonly<Record<string, Canary>>): Promise<ProcessWatch> {
    const watch = new ProcessWatch(canaries);
    await once(watch.child.stdout!, "data");
    return watch;
  }

  private constructor(canaries: Readonly<Record<string, Canary>>) {
    this.child = spawn(process.execPath, ["-e", WATCHER], { stdio: ["pipe", "pipe", "inherit"] });
    this.child.stdout!.on("data", (chunk: Buffer) => (this.answer += chunk.toString()));
    const needles = Object.entries(canaries).flatMap(([name, canary]) =>
      [...needlesOf(canary)].map(([form, needle]) => [name, form, needle.toString("latin1")]),
    );
    this.child.stdin!.write(`${JSON.stringify(needles)}\n`);
  }

  /** Ends the watch. @returns each sighting once */
  async stop(): Promise<Report> {
    const closed = once(this.child, "close");
    this.child.stdin!.end();
    await closed;
    return JSON.parse(this.answer) as Report;
  }
}

const PAUSE_MILLISECONDS = 10;

/**
 * A process that is forked takes another command line soon, and a shell may do so at any time: those that are new are read
 * at every look, the others at every hundredth; where a command line is another one, the environment is read too.
 */
const WATCHER = `
const { readdirSync, readFileSync } = require("node:fs");
let needles, input = "", looks = 0;
const seen = new Map(), processes = new Map();
const read = (path) => { try { return readFileSync(path, "latin1"); } catch { return ""; } };
function look() {
  looks++;
  const now = readdirSync("/proc").filter((name) => /^\\d+$/.test(name));
  for (const pid of now) {
    const known = processes.get(pid);
    if (known && looks - known.since > 20 && looks % 100 !== 0) continue;
    const line = read("/proc/" + pid + "/cmdline");
    if (known?.line === line) continue;
    processes.set(pid, { line, since: looks });
    const program = line.split("\\0")[0];
    note("command line", program, undefined, line);
    for (const variable of read("/proc/" + pid + "/environ").split("\\0")) {
      note("environment", program, variable.slice(0, variable.indexOf("=")), variable);
    }
  }
  const alive = new Set(now);
  for (const pid of processes.keys()) if (!alive.has(pid)) processes.delete(pid);
}
function note(where, program, variable, text) {
  for (const [canary, form, needle] of needles) {
    if (!text.includes(needle)) continue;
    const sighting = { where, program, variable, canary, form };
    seen.set(JSON.stringify(sighting), sighting);
  }
}
process.stdin.on("data", (chunk) => {
  input += chunk;
  if (needles || !input.includes("\\n")) return;
  needles = JSON.parse(input);
  look();
  process.stdout.write("\\n");
  timer = setInterval(look, ${PAUSE_MILLISECONDS});
});
let timer;
process.stdin.on("end", () => {
  look();
  clearInterval(timer);
  process.stdout.write(JSON.stringify({ looks, processes: processes.size, sightings: [...seen.values()] }));
});
`;
