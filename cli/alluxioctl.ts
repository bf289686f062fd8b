import { resolve } from "node:path";
import pc from "picocolors";
import { run } from "./program";

/** `npx alluxioctl`: started by scripts/launchers, in the environment in which Pulumi runs here. */
void run(process.argv.slice(2), {
  project: resolve(__dirname, ".."),
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  // CI systems ask for colours in places that show none.
  colors: process.stdout.isTTY && pc.isColorSupported,
}).then((code) => {
  // Not exit(): what is written to a pipe may still be on its way.
  process.exitCode = code;
});
