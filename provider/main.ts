import { readConfig } from "./config";
import { dockerDrift } from "./docker/dockerDrift";
import { dockerCredentials } from "./docker/dockerCredentials";
import { dockerBackups } from "./docker/dockerBackups";
import { dockerCaches } from "./docker/dockerCaches";
import { dockerJournal } from "./docker/dockerJournal";
import { dockerMembership } from "./docker/dockerMembership";
import { dockerFuseMount, dockerMountRoot } from "./docker/dockerMounts";
import { dockerNames } from "./docker/dockerNames";
import { dockerPreflight } from "./docker/dockerPreflight";
import { dockerRollout } from "./docker/dockerRollout";
import { dockerUnderStorage } from "./docker/dockerUnderStorage";
import { hostConfiguration } from "./hosts/hostConfiguration";
import { hostFuseMounts } from "./hosts/hostFuseMount";
import { hostRamdisk } from "./hosts/hostRamdisk";
import { hostRelease } from "./hosts/hostRelease";
import { Hosts } from "./hosts/hosts";
import { hostService } from "./hosts/hostService";
import { freeName } from "./functions/freeName";
import { changeGuard } from "./resources/changeGuard";
import { credentials } from "./resources/credentials";
import { dataVolume } from "./resources/dataVolume";
import { fuseMount } from "./resources/fuseMount";
import { configuration } from "./resources/hosts/configuration";
import { hostFuseMount } from "./resources/hosts/fuseMount";
import { ramdisk } from "./resources/hosts/ramdisk";
import { release } from "./resources/hosts/release";
import { service } from "./resources/hosts/service";
import { journalMember } from "./resources/journalMember";
import { membership } from "./resources/membership";
import { mountRoot } from "./resources/mountRoot";
import { preflight } from "./resources/preflight";
import { underStorageAccess } from "./resources/underStorageAccess";
import { awaitProcesses } from "./rollout/awaitProcesses";
import { beginRollout } from "./rollout/beginRollout";
import { prepareMaster } from "./rollout/prepareMaster";
import { serve } from "./rpc/server";
import { Seal, sealingKey } from "./sealing";

const VERSION = "0.1.0";
const ORPHAN_CHECK_MILLISECONDS = 1000;

/** For values that nobody but this process may see. */
const seal = new Seal();

const clock = {
  now: () => Date.now(),
  sleep: (milliseconds: number) => new Promise<void>((done) => setTimeout(done, milliseconds)),
};

serve(
  {
    version: VERSION,
    configure: (properties) => {
      const { docker, ssh } = readConfig(properties);
      const hosts = new Hosts(ssh);
      // Each kind reads only what it has written itself.
      return {
        resources: [
          changeGuard(docker, dockerCaches(docker)),
          preflight(dockerPreflight(docker), dockerDrift(docker, clock)),
          dataVolume(docker, dockerBackups(docker)),
          credentials(dockerCredentials(docker), seal),
          journalMember(dockerJournal(docker), clock),
          membership(dockerMembership(docker), clock),
          mountRoot(dockerMountRoot(docker)),
          fuseMount(dockerFuseMount(docker), clock),
          underStorageAccess(dockerUnderStorage(docker), clock),
          release(hostRelease(hosts)),
          configuration(hostConfiguration(hosts)),
          ramdisk(hostRamdisk(hosts)),
          service(hostService(hosts)),
          hostFuseMount(hostFuseMounts(hosts)),
        ],
        functions: [
          freeName(dockerNames(docker)),
          sealingKey(seal),
          beginRollout(dockerRollout(docker), clock),
          prepareMaster(dockerRollout(docker), clock),
          awaitProcesses(dockerRollout(docker), clock),
        ],
      };
    },
  },
  process.argv.slice(2).find((argument) => !argument.startsWith("-")),
);

// An engine that is killed cannot tell its plugins to end.
const engine = process.ppid;
setInterval(() => {
  if (process.ppid !== engine) process.exit(0);
}, ORPHAN_CHECK_MILLISECONDS).unref();
