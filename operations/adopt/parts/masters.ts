import { RESTORE_PROPERTY } from "../../../components/plan/backup";
import type { Cluster, Machine } from "../cluster";
import { effective, textOf } from "../effective";
import { EMBEDDED, journalsOf, metadataWay, type MetadataWay } from "../metadata";
import { listed, type Note } from "../note";
import type { Part } from "../part";
import { serviceUserOf } from "./service";

/** In the directory of an embedded journal; that of a UFS journal has a directory for each of the master's parts instead. */
const RAFT = "raft";

/** The masters and their metadata: they go on with the journal where it lies, or begin with a backup. */
export function mastersPart(cluster: Cluster): Part {
  const { masters } = cluster;
  const hosts = masters.map(({ name }) => name);
  const journals = journalsOf(cluster);
  const way = metadataWay(cluster);
  const notes: Note[] = [];
  if (way.by === "backup") notes.push(...byBackup(way));
  else {
    const folders = new Set(journals.map(({ folder }) => folder));
    if (folders.size > 1) {
      notes.push({
        kind: "decision",
        about: "journal",
        found: [...folders].map(String).join(", "),
        ours: way.folder ?? "",
        message:
          "The masters keep their journals in different directories, and the spec has one for all: move them to this one while they are stopped.",
      });
    }
    for (const { machine, folder = "" } of journals) notes.push(...stateOf(machine, folder, cluster));
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
  return {
    config: {
      masters: {
        ...(hosts.length === 1 ? {} : { count: hosts.length }),
        hosts,
        ...(way.folder === undefined ? {} : { journal: { path: way.folder } }),
      },
      ...(way.by === "backup" ? { properties: { [RESTORE_PROPERTY]: way.backup.file } } : {}),
    },
    origins: [
      { path: ["masters", "hosts"], text: "conf/masters" },
      ...(way.by === "journal"
        ? [{ path: ["masters", "journal"], text: `where the journal lies: ${journals[0]?.from ?? ""}` }]
        : [
            { path: ["masters", "journal"], text: "a new one: masters here cannot read the old one" },
            {
              path: ["properties", RESTORE_PROPERTY],
              text: "with it the metadata go over: a step of adopt makes it, and the first start reads it",
            },
          ]),
    ],
    notes,
  };
}

/** Why the journal is not taken over where it lies, and what takes its place. */
function byBackup({ backup, because, folder }: Extract<MetadataWay, { by: "backup" }>): Note[] {
  const why = {
    "not embedded": "masters here keep an embedded journal, and cannot read this one",
    "no directory": "this is no directory of the masters",
    "other members": "the journal knows its members by other addresses, and would elect no leader",
  }[because.kind];
  return [
    {
      kind: "difference",
      about: "journal",
      found: because.found,
      ours: because.kind === "other members" ? `${because.ours} at ${folder}` : `${EMBEDDED} at ${folder}`,
      message: `The metadata go over by a backup, for ${why}. A step below makes it, and without it nothing is taken over.`,
    },
    {
      kind: "difference",
      about: RESTORE_PROPERTY,
      found: "not set",
      ours: backup.file,
      message: "A master whose journal is empty reads it when it first starts; later it says nothing.",
    },
  ];
}

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
