import { spawn } from "node:child_process";
import { resolve } from "node:path";

const LAUNCHER = resolve("scripts/launchers/child.cjs");
/** More than a pipe or socket holds. */
const BYTES = 1_000_000;
const PATIENCE_MILLISECONDS = 700;

test("what a program writes while nobody reads is not lost", async () => {
  const program = `require(process.argv[1]).become("sh", ["-c", "sleep 0.3; head -c ${BYTES} /dev/zero"])`;
  const launched = spawn(process.execPath, ["-e", program, LAUNCHER], { stdio: ["ignore", "pipe", "ignore"] });
  const ended = new Promise<number | null>((done) => launched.once("close", done));
  await new Promise((done) => setTimeout(done, PATIENCE_MILLISECONDS));
  let read = 0;
  launched.stdout.on("data", (chunk: Buffer) => (read += chunk.length));
  expect([await ended, read]).toEqual([0, BYTES]);
}, 20_000);
