import { posix } from "node:path";
import { PORT_PROPERTIES } from "../../components/spec/rules/decided-properties";
import { DEFAULT_PORTS } from "../../components/spec/spec";
import { quorumOf, type Cluster, type Machine } from "./cluster";
import { effective, installationFor, textOf } from "./effective";
import { serviceUserOf } from "./parts/service";
import { isKnown } from "./redact";
import { directoryOf, journalFolder, rootUnderStorage } from "./storagePaths";

/** What Alluxio takes where nothing is set, since 2.2. */
export const EMBEDDED = "EMBEDDED";

/** How the metadata go over to masters of ours. */
export type MetadataWay =
  /** They go on with the journal where it lies. */
  | { readonly by: "journal"; readonly folder: string | undefined }
  /** They begin a new journal with a backup, for they cannot read the old one. */
  | { readonly by: "backup"; readonly folder: string; readonly backup: BackupPlace; readonly because: Obstacle };

export type Obstacle =
  | { readonly kind: "not embedded"; readonly found: string }
  | { readonly kind: "no directory"; readonly found: string }
  | { readonly kind: "other members"; readonly found: string; readonly ours: string };

export interface BackupPlace {
  /** Where `fsadmin backup` writes. */
  readonly directory: string;
  /** What it is called there, for the spec to name it before it is made. */
  readonly file: string;
  /** Whether the directory is one of each master, and not of the under storage. */
  readonly local: boolean;
}

/** The masters' journals as they were found. */
export const journalsOf = ({ masters }: Cluster) => masters.map((machine) => ({ machine, ...journalOf(machine) }));

function journalOf({ facts }: Machine): { type: string; port: string; folder?: string; written: string; from: string } {
  const settings = effective(facts, "master");
  const written = journalFolder(facts) ?? "";
  const folder = directoryOf(written);
  return {
    type: (textOf(settings, "alluxio.master.journal.type") ?? EMBEDDED).toUpperCase(),
    port: textOf(settings, PORT_PROPERTIES.journal) ?? String(DEFAULT_PORTS.journal),
    written: written === "" ? "a place that is not known" : written,
    ...(folder === undefined ? {} : { folder }),
    from: settings.get("alluxio.master.journal.folder")?.from ?? "Alluxio's default, below its working directory",
  };
}

export function metadataWay(cluster: Cluster): MetadataWay {
  const journals = journalsOf(cluster);
  const folder = journals[0]?.folder;
  const because = obstacleOf(cluster);
  if (because === undefined) return { by: "journal", folder };
  return { by: "backup", folder: newFolder(cluster.options.prefix, folder), backup: backupPlace(cluster), because };
}

function obstacleOf(cluster: Cluster): Obstacle | undefined {
  const journals = journalsOf(cluster);
  if (journals.length === 0) return undefined;
  const others = journals.filter(({ type }) => type !== EMBEDDED);
  if (others.length > 0) {
    return { kind: "not embedded", found: others.map(({ type, written }) => `${type} at ${written}`).join(", ") };
  }
  if (journals.some(({ folder }) => folder === undefined))
    return { kind: "no directory", found: journals.map(({ written }) => written).join(", ") };
  const ours = [...new Set(journals.map(({ machine, port }) => `${machine.name}:${port}`))];
  const known = [...new Set(cluster.masters.flatMap((machine) => quorumOf(machine, machine.name)))];
  const same = known.length === ours.length && known.every((member) => ours.includes(member));
  return same ? undefined : { kind: "other members", found: known.join(", "), ours: ours.join(", ") };
}

/** Never the old one: what lies there would be read as an embedded journal of ours. */
function newFolder(prefix: string, old: string | undefined): string {
  const usual = posix.join(prefix, "journal");
  return usual === old ? `${usual}-embedded` : usual;
}

/** In the root under storage, where that is a directory, for every master has to see it. */
function backupPlace(cluster: Cluster): BackupPlace {
  const directory = sharedBackups(cluster);
  const name = `adopted-${cluster.options.name}.gz`;
  if (directory !== undefined) return { directory, file: posix.join(directory, name), local: false };
  const [master] = cluster.masters;
  const home = master && installationFor(master.facts, undefined)?.home;
  // What lies in root's home the service user cannot see.
  const local = home === undefined || runsAsRoot(cluster) ? "/var/lib/alluxio-backups" : posix.join(home, "backups");
  return { directory: local, file: posix.join(local, name), local: true };
}

/** Where backups may lie in the under storage; undefined: it is no directory. */
export function sharedBackups({ facts, masters: [master] }: Cluster): string | undefined {
  const root = facts.leader?.mountTable["/"]?.uri ?? (master && rootUnderStorage(master.facts));
  const directory = isKnown(root) ? directoryOf(root) : undefined;
  return directory === undefined ? undefined : posix.join(directory, ".alluxio_backups");
}

/** A user of its own takes the place of root. */
const runsAsRoot = (cluster: Cluster): boolean =>
  cluster.masters.some(({ facts }) =>
    facts.processes.some(({ role, user }) => role === "master" && user !== serviceUserOf(cluster).user),
  );
