import { askLeader } from "../probes/leader";
import type { AlluxioPathsAccess } from "../resources/hosts/alluxioPaths";
import { UserError } from "../rpc/resource";
import { saidBy } from "../probes/said";
import { hostCommands } from "./hostCommands";
import type { Hosts } from "./hosts";

const MAKE_SECONDS = 120;
const ASK_SECONDS = 30;

/** Web port, then paths. Prints those that are directories, by their place in the list. */
const PRESENT = `
port=$1 place=0
shift
for path; do
  place=$((place + 1))
  said=$(curl -s -m 5 --get --data-urlencode "path=$path" "http://127.0.0.1:$port/api/v1/master/webui_browse")
  case $said in *'"invalidPathError":""'*'"isDirectory":true'* | *'"isDirectory":true'*'"invalidPathError":""'*) echo "$place" ;; esac
done
`;

/** Directories in the Alluxio of a cluster on hosts. */
export function hostAlluxioPaths(hosts: Hosts): AlluxioPathsAccess {
  return {
    async present(inputs) {
      const commands = hostCommands(hosts, inputs.installation);
      const leader = await askLeader(commands, inputs.masters, inputs.masterWebPort);
      if (!leader) return undefined;
      const args = [String(inputs.masterWebPort), ...inputs.paths];
      const { stdout } = await commands.run(leader.master, PRESENT, args, ASK_SECONDS);
      const places = new Set(stdout.split("\n").filter((line) => line !== ""));
      return inputs.paths.filter((_, i) => places.has(String(i + 1)));
    },
    async make({ masters, paths, installation }) {
      const commands = hostCommands(hosts, installation);
      const result = await commands.run(masters[0]!, 'alluxio fs mkdir "$@"', paths, MAKE_SECONDS);
      if (result.code !== 0)
        throw new UserError(`directories cannot be made in Alluxio: ${saidBy(result, MAKE_SECONDS)}`);
    },
  };
}
