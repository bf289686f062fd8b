import { createRequire } from "node:module";
import { stackOption } from "./stackOption";
import type { AddVerb } from "./terminal";

const MORE = `
Prints the file on standard output; its comments say where it goes and how to check it. No machine is looked at: the users are
those that the spec, or ~/.ssh/config, names. Where they differ by host, the one file has a rule for each, with its hosts.

  npx alluxioctl sudoers --stack alnair >alluxio-alnair
  npx alluxioctl sudoers --stack alnair --host blue4`;

/** `alluxioctl sudoers`: what a host has to allow the SSH user. */
export const addSudoers: AddVerb = (program, { terminal, end }) => {
  program
    .command("sudoers")
    .description("print the sudoers file that target hosts needs on each host")
    .addOption(stackOption())
    .option("--host <host>", "for this host alone")
    .addHelpText("after", MORE)
    .action((options: { stack: string; host?: string }) => {
      const { sudoers } = createRequire(__filename)("./sudoersActs") as typeof import("./sudoersActs");
      end(sudoers(options, terminal));
    });
};
