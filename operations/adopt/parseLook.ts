import { parseMaster, type MasterView } from "../../provider/probes/leader";
import { parseMountinfo } from "../../provider/probes/mountinfo";
import { parseEnvironment, splitOptions } from "./environment";
import type { FoundMount, FoundPath, FoundProcess, FoundRole, HostFacts, Installation, MountTableEntry } from "./facts";
import { parseJavaProperties } from "./javaProperties";
import { keepable, keepableProperties, keepableWord } from "./redact";

/** One line of an answer: its words, and the value behind them. */
interface Answer {
  readonly words: readonly string[];
  readonly value: string;
}

const answersIn = (text: string): Answer[] =>
  text.split("\n").flatMap((line) => {
    const words = line.split(" ");
    const value = words.pop();
    return value === undefined || words.length === 0 ? [] : [{ words, value: decoded(value) }];
  });

const decoded = (text: string): string => Buffer.from(text, "base64").toString("utf8");
const linesOf = (text: string): string[] => text.split("\n").filter((line) => line.trim() !== "");

const KIB_PER_MIB = 1024;

/** What `LOOK` printed. */
export function parseLook(text: string, asRoot: boolean): HostFacts {
  const answers = answersIn(text);
  const host = (field: string): string =>
    answers.find(({ words: [kind, name] }) => kind === "host" && name === field)?.value ?? "";
  return {
    asRoot,
    names: [
      ...new Set(
        host("names")
          .split(/\s+/)
          .filter((name) => name !== ""),
      ),
    ],
    machineId: host("machine").trim(),
    memoryMiB: Math.floor(Number(host("memory").trim()) / KIB_PER_MIB),
    processes: recordsOf(answers, "process", 1).map(({ keys: [pid = ""], fields }) => processOf(Number(pid), fields)),
    installations: recordsOf(answers, "installation", 2).map(({ keys, fields }) =>
      installationOf(decoded(keys[0] ?? ""), decoded(keys[1] ?? ""), fields),
    ),
    mounts: mountsIn(host("mountinfo")),
    units: linesOf(host("units")).map((line) => {
      const [name = "", state = ""] = line.trim().split(/\s+/);
      return { name, state };
    }),
    fstab: linesOf(host("fstab")).map(keepableWord),
    paths: {},
    unansweredPaths: [],
  };
}

/** Answers of one kind, put together by the words behind it. */
function recordsOf(
  answers: readonly Answer[],
  kind: string,
  keys: number,
): { readonly keys: readonly string[]; readonly fields: ReadonlyMap<string, string> }[] {
  const records = new Map<string, { keys: string[]; fields: Map<string, string> }>();
  for (const { words, value } of answers) {
    if (words[0] !== kind) continue;
    const key = words.slice(1, 1 + keys);
    const record = records.get(key.join(" ")) ?? { keys: key, fields: new Map<string, string>() };
    records.set(key.join(" "), record);
    record.fields.set(words[1 + keys] ?? "", value);
  }
  return [...records.values()];
}

const ROLES: Readonly<Record<string, FoundRole>> = {
  "alluxio.master.AlluxioMaster": "master",
  "alluxio.master.AlluxioSecondaryMaster": "secondary-master",
  "alluxio.master.AlluxioJobMaster": "job-master",
  "alluxio.worker.AlluxioWorker": "worker",
  "alluxio.worker.AlluxioJobWorker": "job-worker",
  "alluxio.proxy.AlluxioProxy": "proxy",
  "alluxio.fuse.AlluxioFuse": "fuse",
  "alluxio.logserver.AlluxioLogServer": "log-server",
};
const MAIN = /^alluxio\.(?:master|worker|proxy|fuse|logserver)\.Alluxio[A-Za-z]*$/;
/** Options that take the next word. */
const TAKES_A_WORD = new Set(["-cp", "-classpath", "--class-path"]);

function processOf(pid: number, fields: ReadonlyMap<string, string>): FoundProcess {
  const [program = "", ...words] = (fields.get("command") ?? "").replace(/\0$/, "").split("\0");
  const main = words.findIndex((word) => MAIN.test(word));
  const before = words
    .slice(0, main)
    .filter((word, i, all) => !TAKES_A_WORD.has(word) && !TAKES_A_WORD.has(all[i - 1] ?? ""));
  const { properties, options } = splitOptions(before);
  const [uid = "", gid = "", user = "", group = ""] = linesOf(fields.get("owner") ?? "");
  const environment = linesOf(fields.get("environment") ?? "");
  const variable = (name: string): string | undefined =>
    environment.find((line) => line.startsWith(`${name}=`))?.slice(name.length + 1);
  const home = plain(properties["alluxio.home"]) ?? variable("ALLUXIO_HOME");
  const confDir = plain(properties["alluxio.conf.dir"]) ?? variable("ALLUXIO_CONF_DIR");
  // The link is not for everybody to read; Alluxio's scripts start Java by its full path.
  const java = (fields.get("java") ?? "").trim() || (program.startsWith("/") ? program : "");
  const unit = /\/([^/\n]+\.service)(?:\/|$)/m.exec(servicesOfTheSystem(fields.get("cgroup") ?? ""))?.[1];
  const libraries = linesOf(fields.get("libraries") ?? "");
  return {
    pid,
    role: ROLES[words[main] ?? ""] ?? "unknown",
    ...{ user, group, uid: Number(uid), gid: Number(gid) },
    ...(unit === undefined ? {} : { unit }),
    ...(home === undefined ? {} : { home }),
    ...(confDir === undefined ? {} : { confDir }),
    ...(java === "" ? {} : { java }),
    properties,
    options,
    args: words.slice(main + 1).map(keepableWord),
    ...(libraries.length === 1 ? { libfuse: libraries[0] === "libfuse3.so" ? 3 : 2 } : {}),
    secretVariables: environment.filter((line) => !line.includes("=")),
  };
}

/** What a person has started is in a session or a service of that person, or still in the one of sshd or cron. */
const servicesOfTheSystem = (cgroup: string): string =>
  cgroup
    .split("\n")
    .filter((line) => line.includes("/system.slice/") && !/\/(?:sshd?|crond?)(?:@[^/]*)?\.service/.test(line))
    .join("\n");

const plain = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);

const READ = new Set(["masters", "workers", "alluxio-site.properties", "alluxio-env.sh"]);
/** Those that a release brings, and that say nothing about the cluster. */
const BROUGHT = /\.template$|^log4j\.properties$|^metrics\.properties$/;

function installationOf(home: string, confDir: string, fields: ReadonlyMap<string, string>): Installation {
  const text = (name: string): string => fields.get(name) ?? "";
  return {
    home,
    confDir,
    versions: linesOf(text("versions")),
    masters: hostsIn(text("masters")),
    workers: hostsIn(text("workers")),
    site: keepableProperties(parseJavaProperties(text("alluxio-site.properties"))),
    environment: parseEnvironment(text("alluxio-env.sh")),
    otherFiles: linesOf(text("files")).filter((name) => !READ.has(name) && !BROUGHT.test(name)),
    unreadable: linesOf(text("unreadable")),
  };
}

/** As Alluxio's scripts read it: one host a line, with comments; each once. */
export const hostsIn = (text: string): string[] => [
  ...new Set(
    text
      .split("\n")
      .map((line) => line.replace(/#.*/, "").trim())
      .filter((line) => line !== ""),
  ),
];

function mountsIn(mountinfo: string): FoundMount[] {
  const sizes = new Map(
    linesOf(mountinfo).map((line) => [
      line.split(" ")[4],
      /(?:^|,| )size=(\d+)k(?:,|$)/.exec(line.split(" - ")[1] ?? "")?.[1],
    ]),
  );
  return parseMountinfo(mountinfo).map(({ mountPoint, type, source }) => {
    const kib = sizes.get(mountPoint);
    return {
      ...{ mountPoint, type, source: keepableWord(source) },
      ...(kib === undefined ? {} : { sizeMiB: Math.floor(Number(kib) / KIB_PER_MIB) }),
    };
  });
}

/** What `LOOK_AT_PATHS` printed. */
export function parsePaths(text: string): Pick<HostFacts, "paths" | "unansweredPaths"> {
  const paths: Record<string, FoundPath> = {};
  const unansweredPaths: string[] = [];
  for (const { keys, fields } of recordsOf(answersIn(text), "path", 1)) {
    const path = decoded(keys[0] ?? "");
    if (fields.has("state")) unansweredPaths.push(path);
    const [kind, owner = "", group = "", mode = ""] = (fields.get("about") ?? "").trim().split("|");
    if (kind) paths[path] = { kind, owner, group, mode, entries: linesOf(fields.get("entries") ?? "") };
  }
  return { paths, unansweredPaths };
}

interface MountPoint {
  readonly ufsUri?: string;
  readonly readOnly?: boolean;
  readonly shared?: boolean;
  readonly properties?: Readonly<Record<string, string>>;
}

/** What `ASK_MASTER` printed; undefined where no master answers. */
export function parseMasterAnswer(
  host: string,
  text: string,
): { readonly view: MasterView; readonly mountTable: Readonly<Record<string, MountTableEntry>> } | undefined {
  const answers = answersIn(text);
  const answer = (field: string): string =>
    (answers.find(({ words }) => words[1] === field)?.value ?? "").replaceAll("\n", " ").trim();
  const info = answer("info");
  const view = parseMaster(host, `${answer("overview")}\n${info}`);
  if (view === undefined) return undefined;
  const { mountPoints = {} } = JSON.parse(info) as { mountPoints?: Readonly<Record<string, MountPoint>> };
  const mountTable = Object.entries(mountPoints).map(([path, one]): [string, MountTableEntry] => [
    path,
    {
      uri: keepable("", one.ufsUri ?? ""),
      readOnly: one.readOnly ?? false,
      shared: one.shared ?? false,
      options: Object.keys(one.properties ?? {}),
    },
  ]);
  return { view, mountTable: Object.fromEntries(mountTable) };
}
