import { posix } from "node:path";
import { placesOf, type Cluster } from "../cluster";
import { installationFor } from "../effective";
import { listed, type Note } from "../note";
import type { Part } from "../part";

/** The version, and where it is installed. */
export function releasePart(cluster: Cluster): Part & { readonly version: string } {
  const { machines, masters, facts } = cluster;
  const notes: Note[] = [];
  const found = new Map<string, string[]>();
  for (const { machine, process } of placesOf(cluster)) {
    for (const version of installationFor(machine.facts, process)?.versions ?? []) {
      found.set(version, [...new Set([...(found.get(version) ?? []), machine.name])]);
    }
  }
  const [master] = masters;
  const running = /^\d+\.\d+\.\d+/.exec(facts.leader?.view.version ?? "")?.[0];
  const version = running ?? (master && installationFor(master.facts, undefined)?.versions[0]) ?? [...found.keys()][0];
  if (version === undefined) {
    notes.push({
      kind: "decision",
      about: "version",
      message: "Which version of Alluxio runs is not known: write it (version).",
    });
  }
  const others = [...found].filter(([one]) => one !== version);
  if (others.length > 0) {
    notes.push({
      kind: "decision",
      about: "version",
      found: [...found].map(([one, hosts]) => `${one} on ${listed(hosts)}`).join("; "),
      ...(version === undefined ? {} : { ours: version }),
      message: "There is one version for all: check that nothing needs another one.",
    });
  }
  notes.push(...installationNotes(cluster, version ?? ""));
  for (const { name, facts: host } of machines) {
    if (host.asRoot) continue;
    notes.push({
      kind: "difference",
      about: `look at ${name}`,
      message:
        "It was made without root (sudo), so what only root may see was not seen. The takeover itself needs root.",
    });
  }
  return {
    config: version === undefined ? {} : { version },
    origins:
      version === undefined
        ? []
        : [{ path: ["version"], text: running === undefined ? "the jars there" : "what the leading master says" }],
    notes,
    version: version ?? "",
  };
}

function installationNotes({ machines, options }: Cluster, version: string): Note[] {
  const { prefix } = options;
  const notesOf = new Map<string, { note: Note; hosts: string[] }>();
  const add = (host: string, note: Note): void => {
    const key = JSON.stringify(note);
    notesOf.set(key, { note, hosts: [...new Set([...(notesOf.get(key)?.hosts ?? []), host])] });
  };
  for (const { name, facts: host } of machines) {
    for (const { home, otherFiles, unreadable, environment } of host.installations) {
      const collides = home === prefix || home === posix.join(prefix, `alluxio-${version}`);
      add(name, {
        kind: collides ? "decision" : "difference",
        about: "installation",
        found: home,
        ours: posix.join(prefix, `alluxio-${version}`),
        message: collides
          ? "The release would be installed over the one that was unpacked by hand: name another --prefix."
          : "The release is installed anew beside it, from the official tarball; the old directory stays as it is.",
      });
      for (const file of otherFiles) {
        add(name, {
          kind: "not adopted",
          about: `conf/${file}`,
          found: home,
          message:
            "What reads this file has to find it by a property with its full path (such as alluxio.underfs.hdfs.configuration).",
        });
      }
      for (const file of unreadable) {
        add(name, { kind: "not adopted", about: `conf/${file}`, found: home, message: "This user may not read it." });
      }
      if (environment.obscureLines.length > 0) {
        add(name, {
          kind: "not adopted",
          about: "conf/alluxio-env.sh",
          found: `${environment.obscureLines.length === 1 ? "line" : "lines"} ${environment.obscureLines.join(", ")}`,
          message:
            "Only a shell can tell what this means. What it does to running processes was seen in their command lines.",
        });
      }
      for (const variable of Object.keys(environment.variables)) {
        if (KNOWN_VARIABLES.test(variable)) continue;
        add(name, {
          kind: "not adopted",
          about: variable,
          found: "in conf/alluxio-env.sh",
          message: "The spec has no place for this variable.",
        });
      }
    }
  }
  return [...notesOf.values()].map(({ note, hosts }) => ({
    ...note,
    found: `${note.found ?? ""} (${listed(hosts)})`,
  }));
}

/** Those that stand for properties, and for directories that are others here. */
const KNOWN_VARIABLES =
  /^(?:JAVA_HOME|JAVA|ALLUXIO_(?:HOME|CONF_DIR|LOGS_DIR|USER_LOGS_DIR|MASTER_HOSTNAME|MASTER_MOUNT_TABLE_ROOT_UFS|WORKER_RAMDISK_SIZE|WORKER_MEMORY_SIZE|RAM_FOLDER))$/;
