import { PassThrough } from "node:stream";
import type Docker from "dockerode";

/** Everything that a container or a command writes until it ends. */
export async function collect(
  docker: Docker,
  stream: NodeJS.ReadableStream,
): Promise<{ stdout: string; stderr: string }> {
  const out = sink();
  const err = sink();
  docker.modem.demuxStream(stream, out.stream, err.stream);
  await new Promise<void>((done, fail) => stream.once("end", done).once("close", done).once("error", fail));
  return { stdout: out.text(), stderr: err.text() };
}

/** Docker's log stream has a header of eight bytes before each piece. */
export function stripFrames(raw: Buffer): string {
  const parts: Buffer[] = [];
  for (let at = 0; at + 8 <= raw.length;) {
    const length = raw.readUInt32BE(at + 4);
    parts.push(raw.subarray(at + 8, at + 8 + length));
    at += 8 + length;
  }
  return Buffer.concat(parts).toString("utf8");
}

function sink(): { stream: PassThrough; text: () => string } {
  const chunks: Buffer[] = [];
  const stream = new PassThrough();
  stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  return { stream, text: () => Buffer.concat(chunks).toString("utf8") };
}
