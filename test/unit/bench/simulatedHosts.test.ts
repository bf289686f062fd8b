import { bareAnswer } from "../../../bench/support/hosts/bareAnswers";
import { answered, parseSent, programOf, questionsIn } from "../../../bench/support/hosts/remoteShell";
import { SimulatedHosts } from "../../../bench/support/hosts/simulatedHosts";
import { resolveSshTargets } from "../../../components/plan/ssh/resolve";
import { demandsOf } from "../../../components/plan/hosts/demands";
import { planHosts } from "../../../components/plan/hosts/planHosts";
import { checkHosts } from "../../../components/plan/hosts/checkHosts";
import { apart, Hosts, together, type Look } from "../../../provider/hosts/hosts";
import { probeHosts } from "../../../provider/hosts/preflight/hostPreflight";
import { SshTransport } from "../../../provider/transports/ssh";
import { shellInput } from "../../../provider/transports/sshScript";
import { specOf } from "../../support/specs";

const LOOKS: readonly Look[] = [
  { script: 'it() {\n  echo "$1 isn\'t"\n}\nit "$@"', args: ["it's", "", "two words\nand lines"], what: "a" },
  { script: "true", args: [], what: "b" },
  { script: 'it() {\n  echo "$1 isn\'t"\n}\nit "$@"', args: ["again"], what: "c" },
];

describe("what is sent to a shell is taken apart as it was put together", () => {
  test("the questions of one script, and their answers", () => {
    const { marker, script } = together(LOOKS);
    const asked = questionsIn(script)!;
    expect(asked.marker).toBe(marker);
    expect(asked.questions).toEqual(LOOKS.map(({ script: body, args }) => ({ body, args })));
    const answers = LOOKS.map((_, code) => ({ stdout: `answer ${code}`, code }));
    expect(apart(answered(marker, answers).stdout, marker)).toEqual(answers);
    expect(questionsIn("echo hello")).toBeUndefined();
  });

  test("a program, its arguments and what it reads; nothing of half a program", () => {
    const { marker, text } = shellInput("cat\necho 'ü'", ["it's", "b c"], 7, 5);
    const sent = parseSent(text.toString())!;
    expect(sent).toMatchObject({ marker, length: text.length, stdinBytes: 7 });
    expect(programOf(sent.program)).toEqual({ args: ["it's", "b c"], script: "cat\necho 'ü'\n" });
    expect(parseSent(text.subarray(0, -3).toString())).toBeUndefined();
  });
});

test("simulated hosts pass preflight, over real connections, and count them", async () => {
  const names = ["sim-1", "sim-2", "sim-3"];
  const hosts = new SimulatedHosts(names, bareAnswer);
  await hosts.start();
  const spec = specOf({
    target: "hosts",
    masters: { hosts: ["sim-1"] },
    workers: [{ name: "w", ramdisk: "1GB", hosts: names.slice(1) }],
    mounts: [{ name: "data" }],
    underStorage: { path: "/srv/shared" },
    hosts: {
      user: "root",
      sshConfig: "none",
      credentials: { privateKey: "key" },
      addresses: hosts.addresses(),
      release: { file: "/tmp/alluxio.tar.gz", sha256: "0123456789abcdef".repeat(4) },
    },
  });
  const surroundings = { home: "/root", user: "root", secrets: new Set(["key"]) };
  const { targets, problems } = resolveSshTargets(spec, surroundings);
  expect(problems).toEqual([]);
  const ssh = new SshTransport(targets, { key: hosts.key.private });
  try {
    const demands = demandsOf(planHosts(spec), spec);
    const sights = await probeHosts(new Hosts(ssh), demands, names);
    expect(checkHosts(demands, sights, {})).toEqual([]);
    expect([hosts.connections, hosts.commands, hosts.mostAtOnce]).toEqual([3, 3, 3]);
    const other = await ssh.run("sim-2", "rm -rf /");
    expect(other).toMatchObject({ code: 1, stdout: "sim-2 is asked for something that no bare host is asked for\n" });
  } finally {
    await ssh.close();
    await hosts.stop();
  }
});
