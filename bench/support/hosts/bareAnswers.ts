import { PROBE } from "../../../provider/hosts/preflight/probeScript";
import { answered, programOf, questionsIn, type Answer, type Question } from "./remoteShell";

const MEMORY_KIB = 2 ** 30;
const BLOCKS = 2 ** 30;

/**
 * A host on which nothing stands yet, and on which everything is as preflight wants it: memory and disks that suffice for
 * any cluster, and the under storage on a file server. It answers what is asked before a cluster is made, and fails at
 * whatever else.
 */
export function bareAnswer(host: string, program: string): Answer {
  const asked = questionsIn(programOf(program).script);
  const answers = asked?.questions.map(bareAnswerTo);
  return asked && answers?.every((answer) => answer !== undefined)
    ? answered(asked.marker, answers)
    : { stdout: `${host} is asked for something that no bare host is asked for\n`, code: 1 };
}

/** What such a host says to one question; undefined where no such host is asked that. */
export function bareAnswerTo({ body, args }: Question): Answer | undefined {
  if (body === PROBE) return { stdout: probed(args), code: 0 };
  // From which journals this cluster's masters have served, by its ledger.
  if (body.includes('"$ledger"/unit-????????????????/served')) return { stdout: "", code: 0 };
  // Who was here before, and whether a journal was.
  if (body.includes("/var/lib/alluxio-pulumi/*/unit-")) return { stdout: "", code: 0 };
  if (body.includes("echo taken over")) return { stdout: "", code: 0 };
  if (body.includes("echo never formed")) return { stdout: "never formed\n", code: 0 };
  return undefined;
}

/** What the probe of preflight prints on such a host. */
export function probed(args: readonly string[]): string {
  const now = (Date.now() / 1000).toFixed(6);
  const lines = [
    `began ${now}`,
    `MemTotal: ${MEMORY_KIB} kB`,
    `MemAvailable: ${MEMORY_KIB} kB`,
    "machine x86_64 6.1.0",
    'os "Debian GNU/Linux 12 (bookworm)"',
    "systemd 252",
    "device usable",
    "setuid fusermount",
    "fusermount fusermount 2.9.9",
    "setuid fusermount3",
    "fusermount fusermount3 3.14.0",
    "library libfuse.so.2",
    "library libfuse3.so.3",
    "21 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw",
    `22 21 0:50 / ${rootIn(args)} rw,relatime - nfs4 files:/srv rw`,
  ];
  let places = 0;
  for (let i = 0; i < args.length;) {
    const [word, name = ""] = [args[i], args[i + 1]];
    const known = ARGUMENTS[word ?? ""];
    if (known === undefined) throw new Error(`preflight asks for something new: ${word ?? ""}`);
    if (word === "java") lines.push("java /usr/bin/java", "java-version 11.0.20");
    if (word === "place") lines.push(`place ${places++} no ${BLOCKS} ${BLOCKS} 4096 ${BLOCKS} ${BLOCKS} /`);
    if (word === "unit") lines.push(`unit ${name} LoadState=not-found ActiveState=inactive`);
    if (word === "name") lines.push(`peer ${name} untried 10.0.0.1`);
    if (word === "peer") lines.push(`peer ${name} answers 10.0.0.1`);
    if (word === "root")
      lines.push(`root-path ${name}`, `root-at ${name}`, "root empty 2 abcdef", "root-uuid ", "may-write 0");
    i += known;
  }
  return [...lines, `ended ${now}`, ""].join("\n");
}

/** Words that each argument of the probe has, itself among them. */
const ARGUMENTS: Readonly<Record<string, number>> = {
  ...{ memory: 2, program: 2, java: 2, place: 2, port: 2, unit: 2, root: 2, name: 2 },
  ...{ backup: 3, peer: 3, user: 4 },
};

const rootIn = (args: readonly string[]): string => args[args.indexOf("root") + 1] ?? "/srv";
