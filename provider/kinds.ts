import { dockerDrift } from "./docker/dockerDrift";
import { dockerCredentials } from "./docker/dockerCredentials";
import { dockerBackups } from "./docker/dockerBackups";
import { dockerCaches } from "./docker/dockerCaches";
import { dockerEarlierLives } from "./docker/dockerEarlierLives";
import { dockerJournal } from "./docker/dockerJournal";
import { dockerMembership } from "./docker/dockerMembership";
import { dockerFuseMount, dockerMountRoot } from "./docker/dockerMounts";
import { dockerNames } from "./docker/dockerNames";
import { dockerPreflight } from "./docker/dockerPreflight";
import { dockerRollout } from "./docker/dockerRollout";
import { dockerUnderStorage } from "./docker/dockerUnderStorage";
import { hostAlluxioPaths } from "./hosts/hostAlluxioPaths";
import { hostCaches } from "./hosts/hostCaches";
import { hostConfiguration } from "./hosts/hostConfiguration";
import { hostEarlierLives } from "./hosts/hostEarlierLives";
import { hostFuseMounts } from "./hosts/hostFuseMount";
import { hostMembership } from "./hosts/hostMembership";
import { hostJournal } from "./hosts/hostJournal";
import { hostJournals } from "./hosts/hostJournals";
import { hostRollout } from "./hosts/hostRollout";
import { hostJava } from "./hosts/hostJava";
import { preflightProblems } from "./hosts/preflight/findingTable";
import { hostPreflight } from "./hosts/preflight/hostPreflight";
import { hostRamdisk } from "./hosts/hostRamdisk";
import { hostRelease } from "./hosts/hostRelease";
import { Hosts } from "./hosts/hosts";
import { hostService } from "./hosts/hostService";
import { hostSystem } from "./hosts/hostSystem";
import { HostTroubles } from "./hosts/preflight/hostTroubles";
import { freeName } from "./functions/freeName";
import { changeGuard } from "./resources/changeGuard";
import { credentials } from "./resources/credentials";
import { dataVolume } from "./resources/dataVolume";
import { fuseMount } from "./resources/fuseMount";
import { alluxioPaths } from "./resources/hosts/alluxioPaths";
import { configuration } from "./resources/hosts/configuration";
import { hostFuseMount } from "./resources/hosts/fuseMount";
import { lastOnHost, leftToSystem } from "./resources/hosts/unreachableRemoval";
import { hostJournalMember } from "./resources/hosts/journalMember";
import { java } from "./resources/hosts/java";
import { hostPreflightKind } from "./resources/hosts/preflight";
import { ramdisk } from "./resources/hosts/ramdisk";
import { release } from "./resources/hosts/release";
import { service, type Explanations } from "./resources/hosts/service";
import { system } from "./resources/hosts/system";
import { journalMember } from "./resources/journalMember";
import { membership } from "./resources/membership";
import { mountRoot } from "./resources/mountRoot";
import { preflight } from "./resources/preflight";
import { underStorageAccess } from "./resources/underStorageAccess";
import type { RolloutAccess, RolloutCluster } from "./rollout/access";
import { awaitProcesses } from "./rollout/awaitProcesses";
import { beginRollout } from "./rollout/beginRollout";
import { NotAttempted } from "./rollout/notAttempted";
import { prepareMaster } from "./rollout/prepareMaster";
import { Seal, sealingKey } from "./sealing";
import type { ProviderConfig } from "./config";
import type { ProviderFunction } from "./rpc/function";
import type { ResourceKind } from "./rpc/resource";

/** For values that nobody but this process may see. */
const seal = new Seal();

const clock = {
  now: () => Date.now(),
  sleep: (milliseconds: number) => new Promise<void>((done) => setTimeout(done, milliseconds)),
};

/** What a program asks while it changes a running cluster. */
const rollout = <Declared, Cluster extends RolloutCluster>(
  access: RolloutAccess<Declared, Cluster>,
  notAttempted?: NotAttempted,
) => [beginRollout(access, clock, notAttempted), prepareMaster(access, clock), awaitProcesses(access, clock)];

/** Every kind of resource, and every function, of a provider that is configured so. */
export function kindsOf({ docker, ssh, gone, target }: ProviderConfig): {
  readonly resources: ResourceKind[];
  readonly functions: ProviderFunction[];
} {
  const hosts = new Hosts(ssh);
  // The same kinds of resources for clusters on Docker and on hosts.
  const onHosts = target === "hosts";
  const left = new NotAttempted();
  const fates = { gone, declared: new Set<string>(), silent: new Set<string>() };
  const looked = hostPreflight(hosts);
  const troubles = new HostTroubles(looked);
  const explanations: Explanations = {
    notAttempted: (id) => left.after(id),
    lacking: (host) => troubles.on(host),
  };
  // Each kind reads only what it has written itself.
  return {
    resources: [
      onHosts
        ? changeGuard(hostEarlierLives(hosts), hostCaches(hosts), hostJournals(hosts))
        : changeGuard(dockerEarlierLives(docker), dockerCaches(docker)),
      preflight(dockerPreflight(docker), dockerDrift(docker, clock)),
      dataVolume(docker, dockerBackups(docker)),
      credentials(dockerCredentials(docker), seal),
      journalMember(dockerJournal(docker), clock),
      membership(onHosts ? hostMembership(hosts) : dockerMembership(docker), clock),
      mountRoot(dockerMountRoot(docker)),
      fuseMount(dockerFuseMount(docker), clock),
      underStorageAccess(dockerUnderStorage(docker), clock),
      lastOnHost(system(hostSystem(hosts)), fates),
      leftToSystem(java(hostJava(hosts)), fates),
      hostPreflightKind(looked, preflightProblems, (demands) => troubles.expect(demands)),
      leftToSystem(release(hostRelease(hosts)), fates),
      leftToSystem(configuration(hostConfiguration(hosts), seal), fates),
      leftToSystem(ramdisk(hostRamdisk(hosts)), fates),
      leftToSystem(service(hostService(hosts), explanations), fates),
      leftToSystem(hostFuseMount(hostFuseMounts(hosts), explanations), fates),
      leftToSystem(hostJournalMember(hostJournal(hosts), clock), fates),
      alluxioPaths(hostAlluxioPaths(hosts)),
    ],
    functions: [
      freeName(dockerNames(docker)),
      sealingKey(seal),
      ...(onHosts ? rollout(hostRollout(hosts, clock), left) : rollout(dockerRollout(docker))),
    ],
  };
}
