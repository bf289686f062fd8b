import { createHash } from "node:crypto";
import type { HostPlan, HostsPlan } from "../../../components/plan/hosts/types";
import type { Machine } from "../../../test/support/machine";
import { run } from "../process";
import { bareAnswerTo } from "./bareAnswers";
import type { BareMachines } from "./bareMachines";
import { answered, programOf, questionsIn, type Answer, type Question } from "./remoteShell";

/** What a script that changes something prints when all is well, whichever it is. */
const DONE = "installed\nready\nwritten\n";
const CLUSTER_ID = /^[0-9a-f]{16}$/;
const TOKEN = /^[0-9a-f]{32}$/;

/**
 * Simulated hosts that look like the real machines of a cluster that is up: the first like its master, all others like one of
 * its workers. Each question is asked there once, and answered from then on by what was said, as late as it was, with the
 * names, ids and digests of the simulated cluster in their places. What would change something is told that it has been done.
 */
export class MirroredAnswers {
  private readonly asked = new Map<string, Promise<Timed>>();
  private readonly words = new Map<string, readonly (readonly [real: string, simulated: string])[]>();
  private readonly workers: readonly string[];
  private token = "";
  /** Whether the simulated cluster has been made: what is asked before is answered as a bare host does. */
  standing = false;
  /** Cluster id of the simulated cluster, as soon as it is heard of. */
  private id: string | undefined;

  /**
   * @param realId cluster id of the real cluster
   * @param plan of the simulated one, its master first
   */
  constructor(
    private readonly fleet: BareMachines,
    private readonly realId: string,
    private readonly plan: HostsPlan,
  ) {
    this.workers = plan.hosts.filter(({ ramdisk }) => ramdisk !== undefined).map(({ host }) => host);
  }

  readonly answer = async (host: string, program: string, stdin: string): Promise<Answer> => {
    const { args, script } = programOf(program);
    const asked = questionsIn(script);
    if (!asked) return this.act(host, args, stdin);
    const answers: Answer[] = [];
    let milliseconds = 0;
    for (const question of asked.questions) {
      const before = this.standing ? undefined : bareAnswerTo(question);
      if (before) {
        answers.push(before);
        continue;
      }
      const one = await this.mirrored(host, question);
      answers.push(one);
      milliseconds += one.milliseconds;
    }
    await new Promise((done) => setTimeout(done, milliseconds));
    return answered(asked.marker, answers);
  };

  private async act(host: string, args: readonly string[], stdin: string): Promise<Answer> {
    if (stdin.includes("/api/v1/master")) return this.master(host, { body: stdin, args: args.slice(2) });
    this.token = args.find((arg) => TOKEN.test(arg)) ?? this.token;
    return { stdout: `${DONE}token ${this.token}\n`, code: 0 };
  }

  /** What the real master says of its workers, of as many as there are here. */
  private async master(host: string, question: Question): Promise<Answer> {
    const { stdout, code } = await this.mirrored(host, question);
    const [overview = "", info = ""] = stdout.split("\n", 2);
    const known = JSON.parse(info) as { workers: { address: { host: string } }[] };
    const [one] = known.workers;
    const workers = this.workers.map((name) => ({ ...one, address: { ...one!.address, host: name } }));
    return { stdout: `${overview}\n${JSON.stringify({ ...known, workers })}`, code };
  }

  private async mirrored(host: string, { body, args }: Question): Promise<Timed> {
    const model = this.modelOf(host);
    this.id ??= args.find((arg) => CLUSTER_ID.test(arg));
    const id = this.id ?? this.realId;
    const words = this.wordsOf(host);
    const there = args.map((arg) => (arg === id ? this.realId : arg === host ? model.name : arg));
    const key = JSON.stringify([model.name, body, there]);
    let said = this.asked.get(key);
    if (!said) {
      said = ask(model, body, there);
      this.asked.set(key, said);
    }
    const { stdout, code, milliseconds } = await said;
    const here = [...words, [this.realId, id] as const].reduce(
      (text, [real, simulated]) => text.replaceAll(real, simulated),
      stdout,
    );
    return { stdout: here, code, milliseconds };
  }

  private modelOf(host: string): Machine {
    return this.fleet.machines.get(host === this.plan.hosts[0]!.host ? this.fleet.master : this.fleet.workers[0]!);
  }

  /** What is another word on a simulated host: digests of what its name is in, and the name itself. */
  private wordsOf(host: string): readonly (readonly [string, string])[] {
    let words = this.words.get(host);
    if (!words) {
      const here = this.plan.hosts.find((one) => one.host === host)!;
      words = wordsBetween(this.fleet.planOf(this.modelOf(host).name), here);
      this.words.set(host, words);
    }
    return words;
  }
}

interface Timed extends Answer {
  readonly milliseconds: number;
}

const TIMED = `began=$(date +%s%N)
bash -s -- "$@"
code=$?
printf '\\n%s' "$((($(date +%s%N) - began) / 1000000))"
exit "$code"
`;

async function ask(model: Machine, body: string, args: readonly string[]): Promise<Timed> {
  const command = ["exec", "-i", model.container, "bash", "-c", TIMED, "bash", ...args];
  const { code, stdout } = await run("docker", command, { input: `{\n${body}\nexit; } </dev/null\n` });
  const at = stdout.lastIndexOf("\n");
  return { stdout: stdout.slice(0, at), code, milliseconds: Number(stdout.slice(at + 1)) };
}

function wordsBetween(real: HostPlan, simulated: HostPlan): (readonly [string, string])[] {
  const sha256Of = (text: string): string => createHash("sha256").update(text).digest("hex");
  const processes = ({ services, mounts }: HostPlan) => [...services, ...mounts.map(({ service }) => service)];
  const pairs = [
    ...real.files.map(({ content }, i) => [sha256Of(content), sha256Of(simulated.files[i]!.content)] as const),
    ...processes(real).map(({ digest }, i) => [digest, processes(simulated)[i]!.digest] as const),
    [real.host, simulated.host] as const,
  ];
  return pairs.filter(([one, other]) => one !== other);
}
