import { posix } from "node:path";
import { PORT_PROPERTIES } from "../../../components/spec/rules/decided-properties";
import { DEFAULT_PORTS } from "../../../components/spec/spec";
import { quorumOf, type Cluster, type Machine } from "../cluster";
import { effective, textOf } from "../effective";
import { listed, type Note } from "../note";
import type { Origin, Part } from "../part";
import { directoryOf, journalFolder } from "../storagePaths";
import { serviceUserOf } from "./service";

/** What Alluxio takes where nothing is set, since 2.2. */
const EMBEDDED = "EMBEDDED";
/** In the directory of an embedded journal; that of a UFS journal has a directory for each of the master's parts instead. */
const RAFT = "raft";

/** The masters and their journal: with it the cluster's metadata are taken over, or it is said that they are not. */
export function mastersPart(cluster: Cluster): Part {
  const { masters, options } = cluster;
  const hosts = masters.map(({ name }) => name);
  const journals = masters.map((machine) => ({ machine, ...journalOf(machine) }));
  const [first] = journals;
  const ours = new Set(journals.map(({ machine, port }) => `${machine.name}:${port}`));
  const notes: Note[] = [];
  let path = first?.folder;

  const others = journals.filter(({ type }) => type !== EMBEDDED);
  if (others.length > 0 || path === undefined) {
    path = newFolder(options.prefix, first?.folder);
    notes.push(
      path === first?.folder || others.length === 0
        ? noDirectory(journals.map(({ written }) => written))
        : notEmbedded(
            others.map(({ type, written }) => `${type} at ${written}`),
            path,
          ),
    );
  } else {
    const folders = new Set(journals.map(({ folder }) => folder));
    if (folders.size > 1) {
      notes.push({
        kind: "decision",
        about: "journal",
        found: [...folders].map(String).join(", "),
        ours: path,
        message:
          "The masters keep their journals in different directories, and the spec has one for all: move them to this one while they are stopped.",
      });
    }
    for (const { machine, folder = "" } of journals) notes.push(...stateOf(machine, folder, cluster));
    const known = new Set(masters.flatMap((machine) => quorumOf(machine, machine.name)));
    const same = known.size === ours.size && [...known].every((member) => ours.has(member));
    if (!same) notes.push(otherMembers([...known], [...ours]));
  }
  if (
    journals.some(({ machine }) => textOf(effective(machine.facts, "master"), "alluxio.zookeeper.enabled") === "true")
  ) {
    notes.push({
      kind: "decision",
      about: "alluxio.zookeeper.enabled",
      message:
        "The masters elect their leader by ZooKeeper. Here they do it by their journals: ZooKeeper is asked no more.",
    });
  }
  const origins: Origin[] = [
    { path: ["masters", "hosts"], text: "conf/masters" },
    ...(others.length === 0 && first?.folder !== undefined
      ? [{ path: ["masters", "journal"], text: `where the journal lies: ${first.from}` }]
      : [{ path: ["masters", "journal"], text: "a new one: the old journal cannot be read, see the notes of adopt" }]),
  ];
  return {
    config: {
      masters: {
        ...(hosts.length === 1 ? {} : { count: hosts.length }),
        hosts,
        journal: { path },
      },
    },
    origins,
    notes,
  };
}

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

/** Never the old one: what lies there would be read as an embedded journal. */
function newFolder(prefix: string, old: string | undefined): string {
  const usual = posix.join(prefix, "journal");
  return usual === old ? `${usual}-embedded` : usual;
}

const TAKE_BY_BACKUP =
  "The way that loses nothing: on the running cluster, `alluxio fsadmin backup <directory>`, and the file that it names as " +
  "`alluxio.master.journal.init.from.backup` under `properties`; a master whose journal is empty reads it when it first starts";

const notEmbedded = (found: readonly string[], path: string): Note => ({
  kind: "decision",
  about: "journal",
  found: found.join(", "),
  ours: `${EMBEDDED} at ${path}`,
  message: `The metadata are NOT taken over: masters here keep an embedded journal, and cannot read this one. ${TAKE_BY_BACKUP}.`,
});

const noDirectory = (found: readonly string[]): Note => ({
  kind: "decision",
  about: "journal",
  found: found.join(", "),
  message: `The metadata are NOT taken over: this is no directory of the masters. ${TAKE_BY_BACKUP}.`,
});

const otherMembers = (found: readonly string[], ours: readonly string[]): Note => ({
  kind: "decision",
  about: "journal",
  found: found.join(", "),
  ours: ours.join(", "),
  message: `The metadata are NOT taken over: the journal knows its members by other addresses, and would elect no leader. ${TAKE_BY_BACKUP}, and another \`masters.journal.path\`.`,
});

/** What keeps a master from reading its journal where it lies. */
function stateOf({ name, facts }: Machine, folder: string, cluster: Cluster): Note[] {
  const about = `journal of ${name}`;
  const found = facts.paths[folder];
  if (found === undefined) {
    const seen = facts.asRoot ? "is not there" : "is not there, or may not be seen by this user";
    return [
      { kind: "decision", about, found: folder, message: `This directory ${seen}: find out where the metadata are.` },
    ];
  }
  const { user } = serviceUserOf(cluster);
  const readable = found.entries.length > 0 || facts.asRoot;
  return [
    ...(readable && !found.entries.includes(RAFT)
      ? [
          {
            kind: "decision" as const,
            about,
            found: `${folder} with ${found.entries.length === 0 ? "nothing in it" : listed(found.entries)}`,
            message: `This is no embedded journal (${RAFT} is missing in it): masters would begin anew here.`,
          },
        ]
      : []),
    ...(found.owner === user
      ? []
      : [
          {
            kind: "decision" as const,
            about,
            found: `of ${found.owner}`,
            ours: `of ${user}`,
            message: `The masters will run as ${user}: \`chown -R ${user} ${folder}\` while they are stopped.`,
          },
        ]),
  ];
}
