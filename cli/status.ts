import { createRequire } from "node:module";
import { stackOption } from "./stackOption";
import type { AddVerb } from "./terminal";

/** `alluxioctl status`: what should be against what is. */
export const addStatus: AddVerb = (program, { terminal, end }) => {
  program
    .command("status")
    .description("masters, workers and mounts as they are, and what differs from the spec")
    .addOption(stackOption())
    .option("-f, --stack-file <file>", "take the spec from this file instead of Pulumi.<stack>.yaml")
    .option("--json", "print it as JSON, for programs")
    .action(async ({ json = false, ...options }: { stack: string; json?: boolean; stackFile?: string }) => {
      // Not loaded by --help: the client of Docker alone takes longer than all the rest.
      const { showStatus } = createRequire(__filename)("./showStatus") as typeof import("./showStatus");
      end(await showStatus({ ...options, json }, terminal));
    });
};
