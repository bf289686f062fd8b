import { createRequire } from "node:module";
import { stackOption } from "./stackOption";
import type { AddVerb } from "./terminal";

/** `alluxioctl preflight`: what every host can give, against what the spec demands. */
export const addPreflight: AddVerb = (program, { terminal, end }) => {
  program
    .command("preflight")
    .description("look at all hosts of the spec (target hosts), and show what keeps the cluster from running there")
    .addOption(stackOption())
    .option("--json", "print it as JSON, for programs")
    .action(async ({ stack, json = false }: { stack: string; json?: boolean }) => {
      // Not loaded by --help: the client of SSH takes longer than all the rest.
      const { showPreflight } = createRequire(__filename)("./showPreflight") as typeof import("./showPreflight");
      end(await showPreflight({ stack, json }, terminal));
    });
};
