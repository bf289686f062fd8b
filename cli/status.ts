import { createRequire } from "node:module";
import { stackOption } from "./stackOption";
import type { AddVerb } from "./terminal";

/** `alluxioctl status`: what should be against what is. */
export const addStatus: AddVerb = (program, { terminal, end }) => {
  program
    .command("status")
    .description("masters, workers and mounts as they are, and what differs from the spec")
    .addOption(stackOption())
    .option("--json", "print it as JSON, for programs")
    .action(async ({ stack, json = false }: { stack: string; json?: boolean }) => {
      // Not loaded by --help: the client of Docker alone takes longer than all the rest.
      const { showStatus } = createRequire(__filename)("./showStatus") as typeof import("./showStatus");
      end(await showStatus({ stack, json }, terminal));
    });
};
