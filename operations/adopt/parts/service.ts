import { DEFAULT_PORTS } from "../../../components/spec/spec";
import { placesOf, type Cluster } from "../cluster";
import type { FoundProcess } from "../facts";
import { listed, type Note } from "../note";
import type { Origin, Part } from "../part";
import { journalFolder } from "../storagePaths";

export interface ServiceUser {
  readonly user: string;
  readonly group?: string;
  readonly uid?: number;
  readonly gid?: number;
}

const OURS = "alluxio";

/**
 * The user that the processes run as, so that the same one goes on: he owns the journal, and to Alluxio he is the
 * superuser. Root, as whom no process runs here, is replaced by a user of its own.
 */
export function serviceUserOf(cluster: Cluster): ServiceUser {
  const all = placesOf(cluster).flatMap(({ process }) => process ?? []);
  const main = all.find(({ role }) => role === "master") ?? all[0];
  if (main === undefined) return ownerOfJournal(cluster) ?? { user: OURS };
  if (main.uid === 0) return { user: OURS };
  const own = all.filter(({ user }) => user === main.user);
  const same = (key: "uid" | "gid"): boolean => own.every((process) => process[key] === main[key]);
  return {
    user: main.user,
    ...(main.group === main.user ? {} : { group: main.group }),
    ...(same("uid") ? { uid: main.uid } : {}),
    ...(same("gid") && main.gid !== 0 ? { gid: main.gid } : {}),
  };
}

/** Where nothing runs. */
function ownerOfJournal({ masters: [master] }: Cluster): ServiceUser | undefined {
  const found = master?.facts.paths[journalFolder(master.facts) ?? ""];
  if (found === undefined || found.owner === "root" || found.owner === "UNKNOWN") return undefined;
  return {
    user: found.owner,
    ...(found.group === found.owner || found.group === "root" ? {} : { group: found.group }),
  };
}

/** Who runs the processes, which Java, which libfuse; and how they are started. */
export function servicePart(cluster: Cluster): Part {
  const places = placesOf(cluster);
  const processes = places.flatMap(({ process, machine }) => (process ? [{ process, host: machine.name }] : []));
  const service = serviceUserOf(cluster);
  const java = javaOf(processes.map(({ process }) => process));
  const libfuse = new Set(processes.flatMap(({ process }) => process.libfuse ?? []));
  const [version] = libfuse;
  const notes: Note[] = [];

  const users = [...new Set(processes.map(({ process }) => process.user))];
  const otherUsers = users.filter((user) => user !== service.user);
  if (otherUsers.length > 0) {
    notes.push({
      kind: "decision",
      about: "user of the processes",
      found: users.join(", "),
      ours: service.user,
      message:
        `All processes will run as ${service.user}, who is then the superuser of Alluxio. What ${listed(otherUsers)} ` +
        "made in Alluxio stays theirs; the under storage has to let the new user read and write.",
    });
  }
  if (processes.length > 0 && service.uid === undefined && users.includes(service.user)) {
    notes.push({
      kind: "decision",
      about: "number of the user",
      message: `${service.user} has different numbers on the hosts. An under storage that is a directory needs the same one on all.`,
    });
  }
  if (java === undefined && processes.length > 0) {
    notes.push({
      kind: "difference",
      about: "Java",
      found: [...new Set(processes.map(({ process }) => process.java ?? "unknown"))].join(", "),
      ours: "the java of each host's PATH",
      message: "Not all processes have the same Java. Name one in hosts.java to be sure.",
    });
  }
  if (libfuse.size > 1) {
    notes.push({
      kind: "difference",
      about: "libfuse",
      found: [...libfuse].sort().join(", "),
      ours: "3",
      message: "The mounts use different versions of libfuse; here it is one for all (hosts.libfuse).",
    });
  }
  notes.push(...startedBy(processes), ...unitsOf(cluster), ...otherProcesses(cluster));

  const origins: Origin[] = [
    { path: ["hosts", "service"], text: "as whom the processes run" },
    ...(java === undefined ? [] : [{ path: ["hosts", "java"], text: "the Java of all processes" }]),
    ...(libfuse.size === 1 ? [{ path: ["hosts", "libfuse"], text: "what the mounts have loaded" }] : []),
  ];
  return {
    config: {
      hosts: {
        ...(java === undefined ? {} : { java: { home: java } }),
        service: { ...service },
        ...(libfuse.size === 1 && version !== undefined ? { libfuse: version } : {}),
      },
    },
    origins,
    notes,
  };
}

function javaOf(processes: readonly FoundProcess[]): string | undefined {
  const [java, ...others] = new Set(processes.map((process) => process.java));
  const [, home] = /^(\/.+)\/bin\/java$/.exec(java ?? "") ?? [];
  return others.length === 0 ? home : undefined;
}

interface Running {
  readonly process: FoundProcess;
  readonly host: string;
}

function startedBy(processes: readonly Running[]): Note[] {
  const byHand = processes.filter(({ process }) => process.unit === undefined);
  const names = [...new Set(byHand.map(({ process }) => process.role))];
  if (names.length === 0) return [];
  return [
    {
      kind: "difference",
      about: "start of the processes",
      found: "by scripts",
      ours: "units of systemd",
      message: `${listed(names)}: each becomes a unit that starts at a boot, and again when it ends. They are to be stopped first.`,
    },
  ];
}

function unitsOf({ machines }: Cluster): Note[] {
  const units = new Map<string, string[]>();
  for (const { name, facts } of machines) {
    const running = facts.processes.flatMap(({ unit }) => unit ?? []);
    const all = [...new Set([...facts.units.map((unit) => unit.name), ...running])];
    for (const unit of all) units.set(unit, [...(units.get(unit) ?? []), name]);
  }
  return [...units].map(([unit, hosts]) => ({
    kind: "decision",
    about: `unit ${unit}`,
    found: `on ${listed(hosts)}`,
    message: `It would start what is taken over a second time: \`systemctl disable --now ${unit}\` there, before the takeover.`,
  }));
}

function otherProcesses({ machines }: Cluster): Note[] {
  return machines.flatMap(({ name, facts, isWorker }) =>
    facts.processes.flatMap(({ role, secretVariables, pid }): Note[] => [
      ...(role === "secondary-master" || role === "log-server" || role === "unknown"
        ? [
            {
              kind: "not adopted" as const,
              about: `${role} of ${name}`,
              found: `process ${pid}`,
              message: "Nothing here takes the place of this process.",
            },
          ]
        : []),
      ...(role === "worker" && !isWorker
        ? [
            {
              kind: "decision" as const,
              about: `worker of ${name}`,
              message: "A worker runs there, and conf/workers does not name the host: add it to a group, or stop it.",
            },
          ]
        : []),
      ...secretVariables.map((variable) => ({
        kind: "not adopted" as const,
        about: variable,
        found: `in the environment of the ${role} of ${name}`,
        message:
          "It may hold a credential, which no process gets from its environment here: give it as a property of the under storage (underStorage.credentials).",
      })),
    ]),
  );
}

/** A proxy, which Alluxio's scripts start on every host. */
export function proxyPart(cluster: Cluster): Part {
  const hosts = placesOf(cluster).flatMap(({ role, process, machine }) =>
    role === "proxy" && process ? [machine.name] : [],
  );
  if (hosts.length === 0) return { config: {}, origins: [], notes: [] };
  const ours = cluster.masters[0]?.name ?? "";
  const others = hosts.filter((host) => host !== ours);
  return {
    config: { proxy: { enabled: true } },
    origins: [{ path: ["proxy"], text: `runs on ${listed(hosts)}` }],
    notes:
      others.length === 0
        ? []
        : [
            {
              kind: "difference",
              about: "proxy",
              found: `on ${listed(hosts)}`,
              ours: `on ${ours}`,
              message: `There is one proxy, on the first master: clients of the others have to use ${ours}:${DEFAULT_PORTS.proxyWeb}.`,
            },
          ],
  };
}
