import { posix } from "node:path";
import type { ClusterConfig } from "../../components/spec/config";
import { shellQuoted } from "../../components/plan/shellQuote";
import { placesOf, type Cluster, type Machine } from "./cluster";
import { installationFor } from "./effective";
import { metadataWay, sharedBackups } from "./metadata";
import { listed } from "./note";
import { mountPointsOf } from "./parts/mounts";
import { serviceUserOf } from "./parts/service";
import { tierPaths } from "./storagePaths";

/** One thing that somebody does. */
export interface Step {
  /** On each of these hosts; absent: here. */
  readonly hosts?: readonly string[];
  /** As this user there. */
  readonly user?: string;
  /** A line of the shell; absent: no command does it. */
  readonly command?: string;
  /** What it is for, or what to see to. */
  readonly why: string;
}

const ROOT = "root";
const MEMORY = new Set(["ramfs", "tmpfs"]);

/**
 * What somebody does to take the cluster over, in this order: after the mounts are gone nobody writes any more, so that what
 * is persisted and backed up then is all there is.
 */
export function stepsOf(cluster: Cluster, config: Partial<ClusterConfig>, stack: string): Step[] {
  const runs = placesOf(cluster).some(({ process }) => process !== undefined);
  return [
    ...beginning(config, stack),
    ...(runs || metadataWay(cluster).by === "backup" ? whileItRuns(cluster, runs, stack) : []),
    ...onceItHasEnded(cluster),
    {
      command: `npx pulumi up --stack ${stack}`,
      why: "its preview prints the line that confirms the takeover: add it to the file, and run it again",
    },
    {
      command: `npx pulumi up --refresh --stack ${stack}`,
      why: "once `confirm` is taken out of the file again; it changes nothing any more",
    },
  ];
}

function beginning(config: Partial<ClusterConfig>, stack: string): Step[] {
  return [
    { command: `npx pulumi stack init ${stack}`, why: "the state of what will be made" },
    ...Object.values(config.underStorage?.credentials ?? {}).map((key) => ({
      command: `npx pulumi config set --secret ${key} --stack ${stack}`,
      why: "a credential of the under storage, which was not read",
    })),
    {
      command: `npx alluxioctl preflight --stack ${stack}`,
      why: "what the hosts lack, and what is still in the way; as often as you like, for it changes nothing",
    },
  ];
}

/** Alluxio 2.9.4 ends `fs persist` well where it could not persist a file. */
const persisted = (stack: string): Step => ({
  command: `npx alluxioctl preflight --stack ${stack}`,
  why: "it has to say that each file is persisted, for `fs persist` ends well where it fails: do not go on before that",
});

const JOBS: ReadonlySet<string> = new Set(["job-master", "job-worker"]);

function whileItRuns(cluster: Cluster, runs: boolean, stack: string): Step[] {
  const [master] = cluster.masters;
  if (master === undefined) return [];
  const { user } = serviceOrRoot(cluster);
  const home = homeOf(master);
  const at = (command: string): string => word(posix.join(home, command));
  const on = { hosts: [master.name], user };
  const jobs = placesOf(cluster).some(({ process, role }) => process !== undefined && JOBS.has(role));
  return [
    ...(runs
      ? []
      : [
          {
            ...on,
            command: `${at("bin/alluxio-start.sh")} all NoMount`,
            why: "only masters that run can back up their metadata",
          },
        ]),
    ...byPath(mountPointsOf(cluster)).map(([path, hosts]) => ({
      ...{ hosts, user: fuseUserOf(cluster) ?? user },
      command: `${at("integration/fuse/bin/alluxio-fuse")} umount ${word(path)}`,
      why: "end first who uses it, in Kubernetes too; from now on nobody writes",
    })),
    ...(runs && !jobs
      ? [
          {
            ...on,
            command: `${at("bin/alluxio-start.sh")} job_masters && ${at("bin/alluxio-start.sh")} job_workers`,
            why: "they write what is in the caches alone to the under storage",
          },
        ]
      : []),
    { ...on, command: `${at("bin/alluxio")} fs persist /`, why: "what is in the caches alone is lost with them" },
    ...(runs ? [persisted(stack)] : []),
    ...backupSteps(cluster, master, user),
    {
      ...on,
      command: `${at("bin/alluxio-stop.sh")} all`,
      why: "the end of it: what comes before can wait, and be redone",
    },
  ];
}

/** A backup that the new masters begin with; or one that is only kept. */
function backupSteps(cluster: Cluster, master: Machine, user: string): Step[] {
  const way = metadataWay(cluster);
  const alluxio = word(posix.join(homeOf(master), "bin/alluxio"));
  const on = { hosts: [master.name], user };
  if (way.by === "journal") {
    const directory = sharedBackups(cluster);
    const where = directory === undefined ? `${word(posix.join(homeOf(master), "backups"))} --local` : word(directory);
    return [{ ...on, command: `${alluxio} fsadmin backup ${where}`, why: "a copy of the metadata, for the worst" }];
  }
  const { directory, file, local } = way.backup;
  const leader = cluster.machines.find(({ asked }) => asked === cluster.facts.leader?.host) ?? master;
  const others = cluster.masters.filter((one) => one !== leader).map(({ name }) => name);
  const newest = '"$(ls -t alluxio-backup-*.gz | head -n 1)"';
  return [
    {
      ...{ hosts: [local ? leader.name : master.name], user },
      command:
        `${alluxio} fsadmin backup ${word(directory)}${local ? " --local" : ""} && cd ${word(directory)} && ` +
        `mv -f ${newest} ${word(posix.basename(file))}${user === ROOT ? ` && chmod 644 ${word(posix.basename(file))}` : ""}`,
      why: "the metadata that the new masters begin with: what is made in Alluxio after it is not in it",
    },
    ...(local && others.length > 0
      ? [
          {
            ...{ hosts: others, user },
            command: `mkdir -p ${word(directory)} && scp ${leader.name}:${word(file)} ${word(file)}`,
            why: "whichever master is the first to lead reads it",
          },
        ]
      : []),
  ];
}

function onceItHasEnded(cluster: Cluster): Step[] {
  const way = metadataWay(cluster);
  const ramdisks = cluster.workers.flatMap(({ name, facts }) =>
    facts.mounts
      .filter(({ mountPoint, type }) => MEMORY.has(type) && tierPaths(facts).includes(mountPoint))
      .map(({ mountPoint }) => ({ host: name, path: mountPoint })),
  );
  const fstab = cluster.machines.filter(({ facts }) =>
    facts.fstab.some((line) =>
      tierPaths(facts).some((path) => line.includes(` ${path} `) || line.includes(`\t${path}`)),
    ),
  );
  return [
    ...(way.by === "journal" && way.folder !== undefined
      ? [
          {
            ...{ hosts: cluster.masters.map(({ name }) => name), user: ROOT },
            command: `cp -a ${word(way.folder)} ${word(`${way.folder}-by-hand`)}`,
            why: "the journal as it is now, which the old masters can go back to",
          },
        ]
      : []),
    ...byPath(ramdisks).map(([path, hosts]) => ({
      ...{ hosts, user: ROOT },
      command: `umount ${word(path)}`,
      why: "the ramdisk is made anew, with a size",
    })),
    ...(fstab.length > 0
      ? [
          {
            ...{ hosts: fstab.map(({ name }) => name), user: ROOT },
            why: "take the ramdisk out of /etc/fstab, or a boot mounts it over the new one",
          },
        ]
      : []),
  ];
}

/** As people read it. */
export function renderStep({ hosts, user, command, why }: Step): string {
  const where = hosts === undefined ? "here" : `on ${listed(hosts)}, as ${user ?? ROOT}`;
  return command === undefined ? `${where}: ${why}` : `${where}: ${command}\n       ${why}`;
}

/** Who may run the scripts of the old installation. */
function serviceOrRoot(cluster: Cluster): { readonly user: string } {
  const processes = placesOf(cluster).flatMap(({ process }) => process ?? []);
  const main = processes.find(({ role }) => role === "master") ?? processes[0];
  return { user: main?.user ?? serviceUserOf(cluster).user };
}

const fuseUserOf = (cluster: Cluster): string | undefined =>
  placesOf(cluster).find(({ process, role }) => process !== undefined && role === "fuse")?.process?.user;

const homeOf = ({ facts }: Machine): string => installationFor(facts, undefined)?.home ?? "<alluxio>";

const PLAIN = /^[\w@%+=:,./-]+$/;
/** A path as a shell takes it. */
const word = (path: string): string => (PLAIN.test(path) ? path : shellQuoted(path));

/** Path → the hosts that have it. */
function byPath(
  all: readonly { readonly host: string; readonly path: string }[],
): [path: string, hosts: readonly string[]][] {
  const paths = [...new Set(all.map(({ path }) => path))];
  return paths.map((path) => [path, all.filter((one) => one.path === path).map(({ host }) => host)]);
}
