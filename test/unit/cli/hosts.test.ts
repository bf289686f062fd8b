import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writePins } from "../../../cli/writePins";
import { lineOf } from "../operations/trust/keys";
import { alluxioctl as runAlluxioctl } from "../../support/terminal";

/** `alluxioctl trust` and `sudoers`, as far as they go without a machine. */
let project = "";
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), "alluxioctl-"));
  writeFileSync(join(project, "package.json"), '{ "version": "0.0.0" }');
});
afterEach(() => rmSync(project, { recursive: true }));

const alluxioctl = (...args: string[]) => runAlluxioctl(project, ...args);

const fileOf = (stack: string): string => join(project, `Pulumi.${stack}.yaml`);
const write = (hosts: string, stack = "ha"): void =>
  writeFileSync(
    fileOf(stack),
    `config:
  alluxio:cluster:
    target: hosts
    masters: { hosts: [m1] }
    workers: [{ name: a, ramdisk: 1GB, hosts: [m1, a1] }]
    underStorage: { path: /nfs }
    hosts: ${hosts}
`,
  );

test.each(["trust", "sudoers"])("%s --help suffices", async (verb) => {
  const { code, out } = await alluxioctl(verb, "--help");
  expect(code).toBe(0);
  expect(out).toContain(`npx alluxioctl ${verb} --stack alnair`);
});

test.each(["trust", "sudoers"])("%s is for target hosts, and says so", async (verb) => {
  writeFileSync(
    fileOf("ha"),
    "config:\n  alluxio:cluster:\n    workers: [{ name: a, ramdisk: 1GB }]\n    underStorage: { volume: {} }\n",
  );
  expect(await alluxioctl(verb, "--stack", "ha")).toMatchObject({
    code: 2,
    out: "",
    err: expect.stringContaining("stack ha has target docker") as string,
  });
});

test("a host that there is not, and a way that cannot be read, end it before anything is asked", async () => {
  write("{ sshConfig: none, bastion: jump }");
  const unknown = await alluxioctl("trust", "--stack", "ha", "jumpp");
  expect([unknown.code, unknown.err]).toEqual([
    2,
    "alluxioctl: stack ha has no host jumpp. Did you mean jump? There are: m1, a1, jump\n",
  ]);
  expect((await alluxioctl("sudoers", "--stack", "ha", "--host", "jump")).err).toContain("There are: m1, a1\n");
  write("{ sshConfig: none, addresses: { m1: { bastion: a1 }, a1: { bastion: m1 } } }");
  const circle = await alluxioctl("trust", "--stack", "ha");
  expect([circle.code, circle.out]).toEqual([2, ""]);
  expect(circle.err).toContain("goes round in a circle");
  expect(circle.err).toContain("in Pulumi.ha.yaml (alluxio:cluster):");
});

test("sudoers: one user, users that differ, one host, root", async () => {
  write("{ sshConfig: none, user: deploy }");
  const one = await alluxioctl("sudoers", "--stack", "ha");
  expect([one.code, one.err]).toEqual([0, ""]);
  expect(one.out).toContain("\ndeploy ALL = (root) NOPASSWD: /bin/sh -s, /usr/bin/sh -s\n");
  expect(one.out).toContain("#   npx alluxioctl sudoers --stack ha\n");

  write("{ sshConfig: none, user: deploy, addresses: { a1: { user: admin, address: 10.0.0.7 } } }");
  const two = await alluxioctl("sudoers", "--stack", "ha");
  expect(two.out).toContain("\nHost_Alias ALLUXIO_HA_1 = m1\n");
  expect(two.out).toContain("\nHost_Alias ALLUXIO_HA_2 = a1, 10.0.0.7\n");
  const single = await alluxioctl("sudoers", "--stack", "ha", "--host", "a1");
  expect(single.out).toContain("\nadmin ALL = (root) NOPASSWD: ");
  expect(single.out).not.toMatch(/^deploy |^Host_Alias/m);
  expect(single.out).toContain("#   npx alluxioctl sudoers --stack ha --host a1\n");

  write("{ sshConfig: none, addresses: { a1: { user: admin } } }");
  const mixed = await alluxioctl("sudoers", "--stack", "ha");
  expect(mixed.err).toBe("Root logs in to m1: no sudo is needed there.\n");
  expect(mixed.out).toContain("\nadmin ALL = ");
  expect(await alluxioctl("sudoers", "--stack", "ha", "--host", "m1")).toMatchObject({ code: 0, out: "" });
});

test("a user of ~/.ssh/config that sudo cannot be told is told by name", async () => {
  const config = join(project, "config");
  writeFileSync(config, 'Host a1\n  User "%wheel"\n');
  write(`{ sshConfig: ${config} }`);
  expect(await alluxioctl("sudoers", "--stack", "ha")).toEqual({
    code: 2,
    out: "",
    err: 'alluxioctl: user "%wheel" of host a1 cannot be named in a sudoers file: it begins with %\n',
  });
});

describe("writing keys", () => {
  const CLUSTER = ["config", "alluxio:cluster"];
  const pins = [{ path: ["hosts", "addresses", "m1", "hostKey"], keys: [lineOf("ed25519")] }];

  test("the file keeps its mode, a link stays a link, and nothing is left beside it", () => {
    write("{ sshConfig: none }", "real");
    symlinkSync("Pulumi.real.yaml", fileOf("ha"));
    const mode = statSync(fileOf("real")).mode;
    writePins({ file: fileOf("ha"), path: CLUSTER }, "ha", pins);
    expect(readFileSync(fileOf("real"), "utf8")).toContain(lineOf("ed25519"));
    expect(statSync(fileOf("real")).mode).toBe(mode);
    expect(readdirSync(project).sort()).toEqual(["Pulumi.ha.yaml", "Pulumi.real.yaml", "package.json"]);
  });

  test.each<[string, string, typeof pins, RegExp]>([
    [
      "a form that is not edited",
      "{ addresses: { m1: &x { port: 22 }, a1: *x } }",
      pins,
      /^Pulumi\.ha\.yaml has .* by hand:\n {2}hosts\.addresses\.m1\.hostKey: "ssh-ed25519 /,
    ],
    [
      "a spec that would be none",
      "{ sshConfig: none }",
      [{ path: ["hosts", "bastions", "fd00::1", "hostKey"], keys: [lineOf("ed25519")] }],
      /would have mistakes .*bastions\["fd00::1"\]/s,
    ],
  ])("%s is left as it is, and one reads what to write", (_, hosts, wrong, message) => {
    write(hosts);
    const before = readFileSync(fileOf("ha"), "utf8");
    expect(() => writePins({ file: fileOf("ha"), path: CLUSTER }, "ha", wrong)).toThrow(message);
    expect(readFileSync(fileOf("ha"), "utf8")).toBe(before);
    expect(readdirSync(project).sort()).toEqual(["Pulumi.ha.yaml", "package.json"]);
  });
});
