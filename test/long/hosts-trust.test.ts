import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { readHostTargets } from "../../cli/hostTargets";
import { sudoersFile, sudoersPath, sudoersProblem } from "../../operations/sudoers";
import { SshTransport } from "../../provider/transports/ssh";
import type { SshError } from "../../provider/transports/sshErrors";
import type { Machine } from "../support/machine";
import { Machines } from "../support/machines";
import { lines } from "../support/process";
import { alluxioctl as runAlluxioctl } from "../support/terminal";

/** `alluxioctl trust` and `sudoers` against OpenSSH and sudo. */
let machines: Machines;
let north: Machine;
let project = "";
let file = "";

beforeAll(async () => {
  machines = await Machines.start({ names: ["north"] });
  north = machines.get("north");
  // As an installation makes them: one of each kind.
  await north.exec("ssh-keygen -A && systemctl restart ssh && rm /etc/sudoers.d/*");
  await north.ready();
  project = mkdtempSync(join(tmpdir(), "trust-"));
  file = join(project, "Pulumi.ha.yaml");
  writeFileSync(join(project, "package.json"), '{ "version": "0.0.0" }');
  // The second one is the first once more, seen from itself.
  writeFileSync(
    file,
    `config:
  alluxio:cluster:
    target: hosts
    masters: { hosts: [north] }
    workers: [{ name: a, ramdisk: 1GB, hosts: [inner] }]
    underStorage: { path: /nfs }
    hosts:
      sshConfig: none
      user: ${north.user}
      key: ${machines.keys.file}
      addresses:
        north: { address: ${north.address} }
        inner: { address: 127.0.0.1, bastion: north }
`,
  );
}, 120_000);
afterAll(async () => {
  rmSync(project, { recursive: true, force: true });
  await machines.remove();
}, 60_000);

const alluxioctl = (...args: string[]) => runAlluxioctl(project, ...args, "--stack", "ha");

test("the keys of OpenSSH are those that its own tool shows, directly and through itself as bastion", async () => {
  const { code, out, err } = await alluxioctl("trust", "--yes");
  expect([code, err]).toEqual([0, ""]);
  const printed = lines(
    await north.exec("for one in /etc/ssh/ssh_host_*_key.pub; do ssh-keygen -lf $one; done"),
  ).filter((line) => !line.endsWith("(DSA)"));
  expect(printed.map((line) => line.split(" ").at(-1)).sort()).toEqual(["(ECDSA)", "(ED25519)", "(RSA)"]);
  const shown = [...out.matchAll(/^ {2}new +(\d+ SHA256:\S+ \(\w+\))$/gm)].map(([, key]) => key!);
  const expected = printed.map((line) => line.replace(/^(\d+ \S+) .* (\(\w+\))$/, "$1 $2"));
  expect([...shown].sort()).toEqual([...expected, ...expected].sort());
  expect((await alluxioctl("trust", "--yes")).code).toBe(0);
}, 30_000);

test("with the printed file alone the provider's scripts run as root, and nothing else does", async () => {
  const ssh = new SshTransport(readHostTargets(project, "ha").targets);
  const refused = (await ssh.run("inner", "id -u", { sudo: true }).catch((error: unknown) => error)) as SshError;
  expect(refused).toMatchObject({ fault: "sudo refused" });
  const [, command = ""] = /`npx alluxioctl ([^`]+)`/.exec(refused.message) ?? [];
  expect(command).toBe("sudoers --stack ha --host inner");

  // The command line of the error, as it stands there.
  const words = command.split(" ").filter((word) => !["--stack", "ha"].includes(word));
  const { code, out } = await alluxioctl(...words);
  expect(code).toBe(0);
  const install = 'printf %s "$1" >/root/new && visudo -cf /root/new && install -m 0440 /root/new "$2" && visudo -c';
  expect(await north.exec(install, out, sudoersPath("ha"))).toContain(`${sudoersPath("ha")}: parsed OK`);
  // As in the main file of older systems, which comes before all others.
  await north.exec("umask 227; echo 'Defaults requiretty' >/etc/sudoers.d/00-tty && visudo -c");

  const root = await ssh.run("inner", 'id -u; printf %s "$1"; cat', { args: ["a b"], stdin: "in", sudo: true });
  expect(root).toEqual({ code: 0, stdout: "0\na bin", stderr: "" });
  for (const other of ["sudo -n id", "sudo -n sh", "sudo -n sh -c id", "sudo -n sh -s x", "sudo -n -u games sh -s"]) {
    const { code: refusal, stdout, stderr } = await ssh.run("inner", `${other} </dev/null`);
    expect([other, refusal, stdout]).toEqual([other, 1, ""]);
    expect(stderr).toMatch(/sudo: (a password is required|sorry, you must have a tty)/);
  }
  await ssh.close();
}, 60_000);

test("visudo accepts any user and host, and reads each as it is", async () => {
  const name = fc
    .oneof(
      fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }),
      fc.string({ unit: fc.constantFrom(..."\\,:=()!\"#@> %+xA0a'$*?[].~".split("")), minLength: 1, maxLength: 12 }),
      fc.constantFrom(
        "ALL",
        "DEPLOY",
        "Defaults",
        "User_Alias",
        "includedir",
        "root",
        "sudoedit",
        "sha256",
        "list",
        "10.0.0.7",
        "CORP\\x41",
        "a\\",
        "\\",
      ),
    )
    .filter((user) => sudoersProblem(user) === undefined);
  const host = fc.stringMatching(/^[A-Za-z0-9]([A-Za-z0-9-]{0,8}[A-Za-z0-9])?(\.[a-z0-9]{1,4})?$/);
  const pairs = fc.sample(
    fc.record({
      users: fc.uniqueArray(name, { minLength: 1, maxLength: 3 }),
      hosts: fc.uniqueArray(host, { minLength: 3, maxLength: 3 }),
    }),
    150,
  );
  const files = pairs.map(({ users, hosts }) =>
    sudoersFile({
      cluster: "ha",
      command: "npx alluxioctl sudoers --stack ha",
      sudoers: users.map((user, i) => ({ user, hosts: [{ name: hosts[i]!, address: "10.0.0.7" }] })),
    }),
  );
  // Of what visudo refuses the text is shown; of the rest, the users as sudo has read them.
  const check = `for text; do
    printf %s "$text" >/root/any
    visudo -cf /root/any >/root/said 2>&1 || { cat /root/said /root/any; exit 1; }
    cvtsudoers -f json /root/any 2>&1 | tr -d '\\n'
    echo
  done`;
  const read = lines(await north.exec(check, ...files)).map((line) => JSON.parse(line) as Converted);
  expect(read.map(({ User_Specs: specs }) => specs.map((one) => one.User_List))).toEqual(
    pairs.map(({ users }) => users.map((username) => [{ username }])),
  );
  expect(files.length).toBeGreaterThan(100);
}, 60_000);

interface Converted {
  readonly User_Specs: readonly { readonly User_List: readonly object[] }[];
}

test("the stack file says what was pinned, and reads as before otherwise", () => {
  expect(readFileSync(file, "utf8")).toMatch(
    /north: \{ address: \S+, hostKey: "ssh-ed25519 [^"]+\\necdsa-[^"]+\\nssh-rsa [^"]+" \}/,
  );
});
