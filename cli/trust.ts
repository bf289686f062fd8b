import { createRequire } from "node:module";
import { stackOption } from "./stackOption";
import type { AddVerb } from "./terminal";

const MORE = `
Every host, and every bastion on the way to one, is asked for its keys; nobody logs in to a host. A bastion is logged in to
once its own key is pinned, for the hosts behind it. Compare the fingerprints with those that stand on the machine's console:

  for key in /etc/ssh/ssh_host_*_key.pub; do ssh-keygen -lf $key; done

What is taken is written to hosts.addresses.<host>.hostKey (hosts.bastions.<name>.hostKey) in Pulumi.<stack>.yaml, and nothing
else of that file changes. A changed key is a machine that was installed anew, or somebody in between: without --yes its host's
name has to be typed, and --yes takes it only where the host is named on the command line.

  npx alluxioctl trust --stack alnair                 look at all, and ask
  npx alluxioctl trust --stack alnair --yes           pin what is new
  npx alluxioctl trust --stack alnair --yes blue4     blue4 was installed anew: pin its new keys
  npx alluxioctl trust --stack alnair --json          only look

Exit codes: 0 every key is pinned, 1 a key is not (declined, or changed), 2 a host could not be asked.`;

/** `alluxioctl trust`: pins the SSH keys of hosts. */
export const addTrust: AddVerb = (program, { terminal, end }) => {
  program
    .command("trust")
    .description("show the SSH host keys of target hosts, and pin them in the stack file")
    .argument("[host...]", "hosts and bastions, with those on the way to them; all where none is named")
    .addOption(stackOption())
    .option("-y, --yes", "do not ask: take new keys, and changed ones of the hosts that are named")
    .option("--json", "print what was found as JSON, for programs; asks nothing")
    .addHelpText("after", MORE)
    .action(async (hosts: string[], { stack, yes = false, json = false }: TrustOptions) => {
      // Not loaded by --help: the SSH library takes longer than all the rest.
      const load = createRequire(__filename);
      const { trust } = load("./trustActs") as typeof import("./trustActs");
      const { askHere } = load("./questions") as typeof import("./questions");
      end(await trust({ stack, hosts, yes, json, ask: json ? undefined : askHere() }, terminal));
    });
};

interface TrustOptions {
  readonly stack: string;
  readonly yes?: boolean;
  readonly json?: boolean;
}
