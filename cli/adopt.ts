import { createRequire } from "node:module";
import { Option } from "commander";
import { DEFAULT_PREFIX } from "../components/spec/defaults-hosts";
import { stackOption } from "./stackOption";
import type { AddVerb } from "./terminal";

/** As they stand on the command line. */
export interface AdoptArguments {
  readonly master: string;
  readonly stack: string;
  readonly user?: string;
  readonly prefix: string;
  readonly home?: string;
  readonly knownHosts?: string;
  readonly out?: string;
  readonly json?: boolean;
}

const DEFAULT_STACK = "adopted";

/** `alluxioctl adopt`: a cluster that was made by hand on bare-metal hosts, as a stack file. */
export const addAdopt: AddVerb = (program, { terminal, end }) => {
  program
    .command("adopt")
    .description(
      "read a cluster that was made by hand over SSH, and write it as a stack file; changes nothing on the hosts",
    )
    .requiredOption("-m, --master <host>", "a master of the cluster, where its conf/masters and conf/workers are read")
    .option("-u, --user <name>", "the SSH user of all hosts (default: that of ~/.ssh/config, else root)")
    .addOption(stackOption().default(DEFAULT_STACK))
    .addOption(
      new Option("--prefix <directory>", "where the stack will install Alluxio on the hosts").default(DEFAULT_PREFIX),
    )
    .option("--home <directory>", "where Alluxio is on the hosts now, for a cluster that is stopped")
    .option("--known-hosts <file>", "the host keys to trust (default: ~/.ssh/known_hosts and /etc/ssh/ssh_known_hosts)")
    .option("-o, --out <file>", "the file to write (default: Pulumi.<stack>.yaml)")
    .option("--json", "print what was found and what follows from it as JSON, for programs")
    .action(async (options: AdoptArguments) => {
      // Not loaded by --help: the client of SSH takes longer than all the rest.
      const { adoptCluster } = createRequire(__filename)("./adoptCluster") as typeof import("./adoptCluster");
      end(await adoptCluster(options, terminal));
    });
};
