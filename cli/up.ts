import { createRequire } from "node:module";
import { stackOption } from "./stackOption";
import type { AddVerb } from "./terminal";

/** `alluxioctl up`: `pulumi up`, after what a killed run has left is cleaned up. */
export const addUp: AddVerb = (program, { terminal, end }) => {
  program
    .command("up")
    .description("bring the cluster up, after cleaning up what a killed run has left")
    .addOption(stackOption())
    .option("-f, --stack-file <file>", "take the spec from this file instead of Pulumi.<stack>.yaml")
    .action(async (options: { stack: string; stackFile?: string }) => {
      // Not loaded by --help: the client of Docker alone takes longer than all the rest.
      const { up } = createRequire(__filename)("./upActs") as typeof import("./upActs");
      end(await up(options, terminal));
    });
};
