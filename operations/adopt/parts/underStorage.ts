import type { UnderStorageConfig } from "../../../components/spec/config";
import { isHiddenOption } from "../../../components/spec/hidden-options";
import { looksLikeSecret } from "../../../components/spec/secrets";
import { sanitize } from "../../../components/spec/rules/names";
import { placesOf, type Cluster, type Machine } from "../cluster";
import { effective, isOpen } from "../effective";
import { listed, shown, type Note } from "../note";
import type { Origin, Part } from "../part";
import { isCredential, isKnown, optionNameOf, ROOT_OPTION } from "../redact";
import { directoryOf, rootUnderStorage } from "../storagePaths";

/** File systems that several machines see alike. */
const SHARED =
  /^(?:nfs4?|ceph|cifs|smb3|lustre|gpfs|beegfs|orangefs|glusterfs|fuse\.(?:ceph|glusterfs|juicefs|sshfs|s3fs|moosefs).*)$/;
const LONGEST_KEY = 30;

/** Where the data lies for good: the root under storage, its credentials by name, and what else is mounted into Alluxio. */
export function underStoragePart(cluster: Cluster, version: string): Part {
  const [master] = cluster.masters;
  if (master === undefined) return { config: {}, origins: [], notes: [] };
  const notes: Note[] = [];
  const table = cluster.facts.leader?.mountTable ?? {};
  const written = rootUnderStorage(master.facts);
  const mounted = table["/"]?.uri;
  const uri = mounted ?? written;
  const own: { -readonly [K in keyof UnderStorageConfig]: UnderStorageConfig[K] } = {};
  if (uri === undefined || !isKnown(uri) || isOpen(uri)) {
    const secret = uri !== undefined && !isKnown(uri);
    notes.push({
      kind: "decision",
      about: "under storage",
      message: secret
        ? "Its address has a credential in it, which must not stand in a spec: write it without (underStorage.uri), and the credential by its key."
        : "Where it lies is not known: write it (underStorage).",
    });
  } else {
    const path = directoryOf(uri);
    if (path === undefined) own.uri = uri;
    else own.path = path;
    if (written !== undefined && !sameStorage(written, uri)) {
      notes.push({
        kind: "difference",
        about: "under storage",
        found: `${shown(uri)} by the journal, ${shown(written)} in alluxio-site.properties`,
        ours: shown(uri),
        message: "The journal holds.",
      });
    }
    if (path !== undefined) notes.push(...directoryNotes(path, cluster));
  }
  const root = table["/"];
  if (root?.readOnly === true || root?.shared === true) {
    const flags = [root.readOnly ? "read-only" : [], root.shared ? "shared" : []].flat();
    notes.push({
      kind: "difference",
      about: "under storage",
      found: listed(flags),
      message: "The journal keeps it so as long as it is taken over; the spec cannot say it.",
    });
  }
  const options = optionsOf(master, own.uri !== undefined, version, notes);
  const storage = { ...own, ...options };
  const sets = dataSetsOf(table, notes);
  const from =
    mounted === undefined ? (originOf(master) ?? "Alluxio's default") : "what the leading master has mounted";
  const origins: Origin[] = [{ path: ["underStorage"], text: from }];
  return {
    config: {
      ...(Object.keys(storage).length > 0 ? { underStorage: storage } : {}),
      ...(sets.length > 0 ? { dataSets: sets } : {}),
    },
    origins:
      sets.length > 0 ? [...origins, { path: ["dataSets"], text: "what else is mounted into Alluxio" }] : origins,
    notes,
  };
}

const originOf = ({ facts }: Machine): string | undefined => {
  const settings = effective(facts, "master");
  return (settings.get("alluxio.master.mount.table.root.ufs") ?? settings.get("alluxio.underfs.address"))?.from;
};

const sameStorage = (left: string, right: string): boolean =>
  (directoryOf(left) ?? left.replace(/\/+$/, "")) === (directoryOf(right) ?? right.replace(/\/+$/, ""));

function directoryNotes(path: string, { machines }: Cluster): Note[] {
  const notes: Note[] = [];
  const about = `under storage ${path}`;
  const missing = machines.filter(
    ({ facts }) => facts.paths[path] === undefined && !facts.unansweredPaths.includes(path),
  );
  const silent = machines.filter(({ facts }) => facts.unansweredPaths.includes(path));
  if (missing.length > 0) {
    notes.push({
      kind: "decision",
      about,
      message: `It is not there on ${listed(missing.map(({ name }) => name))}, or may not be seen by the user who looked: every host has to see it.`,
    });
  }
  if (silent.length > 0) {
    const hosts = listed(silent.map(({ name }) => name));
    notes.push({ kind: "decision", about, message: `On ${hosts} it does not answer: its file server may be down.` });
  }
  const local = machines.filter(
    ({ facts }) => facts.paths[path] !== undefined && !SHARED.test(fileSystemAt(path, facts.mounts)),
  );
  if (machines.length > 1 && local.length > 0) {
    notes.push({
      kind: "decision",
      about,
      found: [...new Set(local.map(({ facts }) => fileSystemAt(path, facts.mounts)))].join(", "),
      message:
        `On ${listed(local.map(({ name }) => name))} it is no file system that is known to be shared. If it is a disk of each ` +
        "host, what one worker writes the others do not find: move the data to a shared one.",
    });
  }
  return notes;
}

/** The kind of the file system that a path lies in. */
function fileSystemAt(path: string, mounts: Machine["facts"]["mounts"]): string {
  const inside = ({ mountPoint }: { mountPoint: string }): boolean =>
    mountPoint === "/" || path === mountPoint || path.startsWith(`${mountPoint}/`);
  const deepest = mounts.filter(inside).reduce<Machine["facts"]["mounts"][number] | undefined>(
    // Of those at one place the last one covers the others.
    (best, one) => (best === undefined || one.mountPoint.length >= best.mountPoint.length ? one : best),
    undefined,
  );
  return deepest?.type ?? "unknown";
}

/** Options of the root under storage, and its credentials by the name of a config key. */
function optionsOf(
  master: Machine,
  isUri: boolean,
  version: string,
  notes: Note[],
): Pick<UnderStorageConfig, "options" | "credentials"> {
  const options: Record<string, string> = {};
  const credentials: Record<string, string> = {};
  for (const [property, { value }] of effective(master.facts, "master")) {
    const option = optionNameOf(property);
    if (isKnown(value)) {
      if (property.startsWith(ROOT_OPTION) && !isCredential(property)) options[option] = value;
      continue;
    }
    if (!isUri || !isHiddenOption(option, version)) continue;
    const key = keyFor(option, Object.values(credentials));
    credentials[option] = key;
    notes.push({
      kind: "secret",
      about: property,
      message: `Its value was not read. Set it: npx pulumi config set --secret ${key}`,
    });
  }
  return {
    ...(Object.keys(credentials).length > 0 ? { credentials } : {}),
    ...(Object.keys(options).length > 0 ? { options } : {}),
  };
}

/** @example keyFor("s3a.accessKeyId", []) // "ufsS3aAccessKeyId" */
export function keyFor(option: string, taken: readonly string[]): string {
  const words = option.split(/[^A-Za-z0-9]+/).filter((word) => word !== "");
  const key = `ufs${words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("")}`;
  if (key.length <= LONGEST_KEY && !looksLikeSecret(key) && !taken.includes(key)) return key;
  for (let n = 1; ; n++) if (!taken.includes(`ufsCredential${n}`)) return `ufsCredential${n}`;
}

/** Credentials that the spec has no place for: told by name, once. */
export function otherSecrets(cluster: Cluster, adopted: readonly string[]): Note[] {
  const found = new Map<string, Set<string>>();
  for (const { machine, settings } of placesOf(cluster)) {
    for (const [property, { value }] of settings) {
      if (isKnown(value) || adopted.includes(optionNameOf(property))) continue;
      found.set(property, (found.get(property) ?? new Set()).add(machine.name));
    }
  }
  return [...found].map(([property, hosts]) => ({
    kind: "not adopted",
    about: property,
    found: `on ${listed([...hosts])}`,
    message:
      "It holds a credential, and the spec has no place for it: those of the under storage go with an address (underStorage.uri). Its value was not read; decide whether it is still needed.",
  }));
}

function dataSetsOf(table: NonNullable<Cluster["facts"]["leader"]>["mountTable"], notes: Note[]) {
  const sets: { name: string; path: string; source: string }[] = [];
  for (const [path, { uri, readOnly, shared, options }] of Object.entries(table)) {
    if (path === "/") continue;
    const about = `Alluxio path ${path}`;
    if (!isKnown(uri)) {
      notes.push({
        kind: "not adopted",
        about,
        message:
          "What is mounted there has a credential in its address. The journal keeps it; the spec does not name it.",
      });
      continue;
    }
    const base = sanitize(path.split("/").at(-1) ?? "").slice(0, 25);
    const plain = /^[a-z]/.test(base) ? base.replace(/-+$/, "") : `data-${base}`.replace(/-+$/, "");
    const name = sets.some((one) => one.name === plain) ? `${plain}-${sets.length + 1}` : plain;
    sets.push({ name, path, source: directoryOf(uri) ?? uri });
    const more = [
      readOnly ? "read-only" : [],
      shared ? "shared" : [],
      options.map((option) => `option ${option}`),
    ].flat(2);
    if (more.length > 0) {
      notes.push({
        kind: "difference",
        about,
        found: listed(more),
        message: "The journal keeps it so as long as it is taken over; a data set of the spec cannot say it.",
      });
    }
  }
  return sets;
}
