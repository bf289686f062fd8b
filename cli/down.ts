import { createRequire } from "node:module";
import { stackOption } from "./stackOption";
import type { AddVerb } from "./terminal";

/** `alluxioctl down`: `pulumi destroy`, after it has said what is lost and what is kept. */
export const addDown: AddVerb = (program, { terminal, end }) => {
  program
    .command("down")
    .description("destroy the cluster, after saying what that loses and what it keeps")
    .addOption(stackOption())
    .option("-y, --yes", "do not ask; files that would be lost must be given up by --confirm")
    .option("-c, --confirm <loss...>", "give that up, in the words in which it was named")
    .action(async ({ stack, yes = false, confirm = [] }: { stack: string; yes?: boolean; confirm?: string[] }) => {
      // Not loaded by --help: the client of Docker alone takes longer than all the rest.
      const { down } = createRequire(__filename)("./downActs") as typeof import("./downActs");
      end(await down({ stack, yes, confirm }, terminal));
    });
};
