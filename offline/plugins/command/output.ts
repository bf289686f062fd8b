import { StringDecoder } from "node:string_decoder";
import type { Call } from "../rpc/resource";

/** What a command printed, without one trailing newline each. */
export interface Output {
  readonly stdout: string;
  readonly stderr: string;
}

export type Stream = "stdout" | "stderr";

/** Gathers what a command prints and shows its lines while it runs. */
export class OutputCollector {
  private readonly chunks: Record<Stream, Buffer[]> = { stdout: [], stderr: [] };
  private readonly both: Buffer[] = [];
  private readonly decoders = { stdout: new StringDecoder(), stderr: new StringDecoder() };
  private readonly unfinished: Record<Stream, string> = { stdout: "", stderr: "" };

  constructor(
    private readonly log: Call["log"],
    private readonly shown: ReadonlySet<Stream>,
  ) {}

  add(stream: Stream, chunk: Buffer): void {
    this.chunks[stream].push(chunk);
    this.both.push(chunk);
    if (!this.shown.has(stream)) return;
    const lines = (this.unfinished[stream] + this.decoders[stream].write(chunk)).split("\n");
    this.unfinished[stream] = lines.pop() ?? "";
    for (const line of lines) this.log("info", line);
  }

  finish(): Output {
    for (const stream of ["stdout", "stderr"] as const) {
      if (this.unfinished[stream] !== "") this.log("info", this.unfinished[stream]);
      this.unfinished[stream] = "";
    }
    return { stdout: trimmed(this.chunks.stdout), stderr: trimmed(this.chunks.stderr) };
  }

  /**
   * A failure for the reader. It holds what the command printed and never the command itself: scripts carry secrets into
   * logs that way.
   */
  failure(what: string): Error {
    this.finish();
    const printed = Buffer.concat(this.both).toString("utf8").trimEnd();
    return new Error(printed === "" ? `${what} (it printed nothing)` : `${what}:\n${printed}`);
  }
}

const trimmed = (chunks: readonly Buffer[]): string => Buffer.concat(chunks).toString("utf8").replace(/\n$/, "");

/** Which streams are shown: as `logging` says, and nothing unasked where a secret could be printed. */
export function shownStreams(logging: string | undefined, secret: boolean): ReadonlySet<Stream> {
  switch (logging ?? (secret ? "none" : "stdoutAndStderr")) {
    case "stdout":
      return new Set<Stream>(["stdout"]);
    case "stderr":
      return new Set<Stream>(["stderr"]);
    case "none":
      return new Set<Stream>();
    default:
      return new Set<Stream>(["stdout", "stderr"]);
  }
}
