import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { utils } from "ssh2";
import { parse } from "yaml";
import { readHostTargets } from "../../cli/hostTargets";
import type { Ask } from "../../cli/questions";
import { trust } from "../../cli/trustActs";
import { SshTransport } from "../../provider/transports/ssh";
import { startInProcess, type InProcessServer } from "../support/ssh/inProcess";
import { keyPair, publicLine } from "../support/ssh/keyPair";
import { alluxioctl as runAlluxioctl, told } from "../support/terminal";

/** `alluxioctl trust` against servers in this process: one behind a bastion, one without. */
const [user, other] = [keyPair(), keyPair()];
const ed25519 = keyPair();
const ecdsa = utils.generateKeyPairSync("ecdsa", { bits: 384 });
const rsa = utils.generateKeyPairSync("rsa", { bits: 2048 });
const [HOST, KINDS] = [publicLine(ed25519.private), [ed25519, ecdsa, rsa].map((pair) => publicLine(pair.private))];

let project = "";
let file = "";
let [jump, inner, direct]: InProcessServer[] = [];

beforeAll(async () => {
  const authorized = [user.public];
  jump = await startInProcess({ authorized });
  inner = await startInProcess({ authorized, hostKeys: [ed25519, ecdsa, rsa].map((pair) => pair.private) });
  direct = await startInProcess({ authorized, hostKeys: [ed25519.private] });
});
afterAll(async () => {
  for (const server of [inner, direct, jump]) await server?.stop();
});
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), "trust-"));
  writeFileSync(join(project, "package.json"), '{ "version": "0.0.0" }');
  writeFileSync(join(project, "key"), user.private, { mode: 0o600 });
  file = join(project, "Pulumi.ha.yaml");
  write();
});
afterEach(() => rmSync(project, { recursive: true }));

const write = (more = "", port = direct!.port): void =>
  writeFileSync(
    file,
    `# ours
config:
  alluxio:cluster:
    target: hosts
    masters: { hosts: [m1] }
    workers: [{ name: a, ramdisk: 1GB, hosts: [a1] }]
    underStorage: { path: /nfs }
    hosts:
      sshConfig: none
      key: ${join(project, "key")}   # of this test
      timeouts: { connect: 3 }
      addresses:
        m1: { address: 127.0.0.1, port: ${port}${more} }
        a1:
          # behind the bastion
          address: 127.0.0.1
          port: ${inner!.port}
          bastion: jump
      bastions:
        jump:
          address: 127.0.0.1
          port: ${jump!.port}
`,
  );

interface Hosts {
  readonly addresses: Record<string, { hostKey?: string }>;
  readonly bastions: Record<string, { hostKey?: string }>;
}
function pinned(): Record<string, string[]> {
  const { addresses, bastions } = (
    parse(readFileSync(file, "utf8")) as { config: { "alluxio:cluster": { hosts: Hosts } } }
  ).config["alluxio:cluster"].hosts;
  return Object.fromEntries(
    Object.entries({ ...addresses, ...bastions }).flatMap(([name, { hostKey }]) =>
      hostKey === undefined ? [] : [[name, hostKey.split("\n")]],
    ),
  );
}

const alluxioctl = (...args: string[]) => runAlluxioctl(project, "trust", "--stack", "ha", ...args);
const asked = (ask: Ask) =>
  told(project, (terminal) => trust({ stack: "ha", hosts: [], yes: false, json: false, ask }, terminal));

test("new keys of every kind are pinned, the bastion first; nobody logs in to a host; then everything is as it should be", async () => {
  const before = [inner!.logins(), direct!.logins()];
  const first = await alluxioctl("--yes");
  expect([first.code, first.err]).toEqual([0, ""]);
  expect(pinned()).toEqual({ m1: [HOST], a1: KINDS, jump: jump!.hostKeys });
  expect([inner!.logins(), direct!.logins()]).toEqual(before);
  expect(first.out).toMatch(/^\njump /m);
  for (const row of [/new {9} 256 SHA256:\S{43} \(ED25519\)/, /new {9} 384 SHA256:\S{43} \(ECDSA\)/, /2048 .* \(RSA\)/])
    expect(first.out).toMatch(row);
  for (const kept of ["# ours", "# of this test", "# behind the bastion"])
    expect(readFileSync(file, "utf8")).toContain(kept);

  const ssh = new SshTransport(readHostTargets(project, "ha").targets);
  expect((await ssh.run("a1", "echo in")).stdout).toBe("in\n");
  expect((await ssh.run("m1", "echo in")).stdout).toBe("in\n");
  await ssh.close();

  const { mtimeNs } = statSync(file, { bigint: true });
  const second = await alluxioctl("--yes");
  expect([second.code, second.err]).toEqual([0, ""]);
  expect(second.out).not.toMatch(/new|CHANGED|Pinned/);
  expect(statSync(file, { bigint: true }).mtimeNs).toBe(mtimeNs);
});

test("a cluster in a file of its own is pinned there, and the stack file stays as it is", async () => {
  const [, cluster = ""] = readFileSync(file, "utf8").split("  alluxio:cluster:\n");
  const own = join(project, "fleet.yaml");
  writeFileSync(own, cluster.replace(/^ {4}/gm, ""));
  const named = "config:\n  alluxio:clusterFile: fleet.yaml\n";
  writeFileSync(file, named);
  const first = await alluxioctl("--yes");
  expect([first.code, first.err]).toEqual([0, ""]);
  expect(first.out).toContain("Pinned in fleet.yaml: m1, jump.");
  const { hosts } = parse(readFileSync(own, "utf8")) as { hosts: Hosts };
  expect(hosts.addresses["m1"]?.hostKey).toBe(HOST);
  expect(readFileSync(own, "utf8")).toContain("# behind the bastion");
  expect(readFileSync(file, "utf8")).toBe(named);
  expect((await alluxioctl()).code).toBe(0);
});

test("a changed key is taken for a host that is named, and by --yes alone for none", async () => {
  const old = publicLine(other.private);
  write(`, hostKey: ${old}`);
  const alone = await alluxioctl("--yes");
  expect(alone.code).toBe(1);
  expect(alone.out).toMatch(/CHANGED {5} 256 SHA256:\S{43} \(ED25519\)\n {2}pinned {6} 256 SHA256:\S{43} \(ED25519\)/);
  expect(alone.err).toContain("npx alluxioctl trust --stack ha --yes m1\n");
  expect(pinned()).toEqual({ m1: [old], a1: KINDS, jump: jump!.hostKeys });
  const named = await alluxioctl("--yes", "m1");
  expect([named.code, named.err, pinned()["m1"]]).toEqual([0, "", [HOST]]);
});

test("nobody to ask: it looks, writes nothing and says how to go on; as JSON too", async () => {
  const before = readFileSync(file, "utf8");
  const { code, out, err } = await alluxioctl("--json", "m1");
  expect([code, err]).toEqual([1, ""]);
  expect(JSON.parse(out)).toMatchObject({
    stack: "ha",
    file: "Pulumi.ha.yaml",
    machines: [
      {
        host: "m1",
        port: direct!.port,
        field: "hosts.addresses.m1.hostKey",
        state: "new",
        written: false,
        keys: [{ line: HOST, type: "ssh-ed25519", algorithm: "ED25519", bits: 256, state: "new" }],
      },
    ],
  });
  const plain = await alluxioctl("m1");
  expect([plain.code, plain.err]).toEqual([
    1,
    "\nNot pinned: m1. To take what is new: npx alluxioctl trust --stack ha --yes m1\n",
  ]);
  expect(readFileSync(file, "utf8")).toBe(before);
});

test("who is asked decides: a no leaves all behind the bastion alone, and a changed key wants its host's name", async () => {
  const before = readFileSync(file, "utf8");
  const questions: string[] = [];
  const declined = await asked(async (question) => {
    questions.push(question);
    return "";
  });
  expect(declined.code).toBe(2);
  expect(questions).toEqual(["\nPin the new keys of m1, jump? [y/N] "]);
  expect(declined.out).toContain("host a1 is reached through jump, whose own key is not pinned");
  expect(readFileSync(file, "utf8")).toBe(before);

  write(`, hostKey: ${publicLine(other.private)}`);
  for (const [answer, code] of [
    ["y", 1],
    ["m1", 0],
  ] as const) {
    expect((await asked(async (question) => (question.includes("Type m1") ? answer : "y"))).code).toBe(code);
    expect(pinned()["m1"]).toEqual([code === 0 ? HOST : publicLine(other.private)]);
  }
  expect(pinned()["a1"]).toEqual(KINDS);
});

test("a host that cannot be reached is told, and the others go on", async () => {
  // Nothing listens on port 1.
  write("", 1);
  const { code, out } = await alluxioctl("--yes");
  expect(code).toBe(2);
  expect(out).toContain("host m1 refuses connections at 127.0.0.1:1");
  expect(Object.keys(pinned()).sort()).toEqual(["a1", "jump"]);
});

test("a bastion that does not let us in is told for the host behind it", async () => {
  writeFileSync(join(project, "key"), other.private, { mode: 0o600 });
  const { code, out } = await alluxioctl("--yes", "a1");
  expect(code).toBe(2);
  expect(out).toMatch(/host a1 is reached through jump, and: host jump .* does not let user root in\. Tried: key /);
  expect(Object.keys(pinned())).toEqual(["jump"]);
});
