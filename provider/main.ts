import { readConfig } from "./config";
import { dockerJournal } from "./docker/dockerJournal";
import { dockerMembership } from "./docker/dockerMembership";
import { dockerFuseMount, dockerMountRoot } from "./docker/dockerMounts";
import { dockerPreflight } from "./docker/dockerPreflight";
import { changeGuard } from "./resources/changeGuard";
import { dataVolume } from "./resources/dataVolume";
import { fuseMount } from "./resources/fuseMount";
import { journalMember } from "./resources/journalMember";
import { membership } from "./resources/membership";
import { mountRoot } from "./resources/mountRoot";
import { preflight } from "./resources/preflight";
import { serve } from "./rpc/server";

const VERSION = "0.1.0";
const ORPHAN_CHECK_MILLISECONDS = 1000;

const clock = {
  now: () => Date.now(),
  sleep: (milliseconds: number) => new Promise<void>((done) => setTimeout(done, milliseconds)),
};

serve(
  {
    version: VERSION,
    configure: (properties) => {
      const { docker } = readConfig(properties);
      // Each kind reads only what it has written itself.
      return [
        changeGuard(docker),
        preflight(dockerPreflight(docker)),
        dataVolume(docker),
        journalMember(dockerJournal(docker), clock),
        membership(dockerMembership(docker), clock),
        mountRoot(dockerMountRoot(docker)),
        fuseMount(dockerFuseMount(docker), clock),
      ];
    },
  },
  process.argv.slice(2).find((argument) => !argument.startsWith("-")),
);

// An engine that is killed cannot tell its plugins to end.
const engine = process.ppid;
setInterval(() => {
  if (process.ppid !== engine) process.exit(0);
}, ORPHAN_CHECK_MILLISECONDS).unref();
