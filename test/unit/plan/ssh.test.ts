import fc from "fast-check";
import { planCluster } from "../../../components/plan/planCluster";
import { resolveSshTargets, sshSecretsOf } from "../../../components/plan/ssh/resolve";
import type { SshSurroundings } from "../../../components/plan/ssh/surroundings";
import type { SshAttempt, SshTarget } from "../../../components/plan/ssh/target";
import type { ClusterConfig, HostsConfig, SshConfig } from "../../../components/spec/config";
import { parseSpec } from "../../../components/spec/parse";
import type { ClusterSpec } from "../../../components/spec/spec";
import { VALID } from "../spec/samples";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGJ1Y2tldGZ1bG9mYnl0ZXNmb3JhdGVzdC4u";
const HERE: SshSurroundings = { home: "/home/me", user: "me", secrets: new Set(["pass", "keyText"]) };
const AGENT: SshSurroundings = { ...HERE, agentSocket: "/run/agent" };
const USUAL = ["id_ed25519", "id_ecdsa", "id_rsa"].map((name) => file(`/home/me/.ssh/${name}`, true));

function file(path: string, optional: boolean, more: object = {}): SshAttempt {
  return { kind: "file", path, optional, ...more };
}
const agent: SshAttempt = { kind: "agent", socket: "/run/agent" };

function specOf(hosts: HostsConfig = {}, group?: SshConfig): ClusterSpec {
  const config: ClusterConfig = {
    target: "hosts",
    masters: { hosts: ["m1"] },
    workers: [
      { name: "a", ramdisk: "1GB", hosts: ["m1", "a1"], ...(group ? { ssh: group } : {}) },
      { name: "b", ramdisk: "1GB", hosts: ["b1"] },
    ],
    underStorage: { path: "/nfs" },
    hosts,
  };
  const { spec, problems } = parseSpec(config, { stack: "dev" });
  if (!spec) throw new Error(JSON.stringify(problems));
  return spec;
}

const withClient = (text: string, from = HERE): SshSurroundings => ({ ...from, clientConfig: { text } });
function target(host: string, hosts: HostsConfig = {}, from = HERE, group?: SshConfig): SshTarget {
  return resolveSshTargets(specOf(hosts, group), from).targets.find((one) => one.host === host)!;
}
const problems = (hosts: HostsConfig, from = HERE, group?: SshConfig): string[] =>
  resolveSshTargets(specOf(hosts, group), from)
    .problems.filter(({ rule }) => rule !== "connection.hostKey")
    .map(({ rule, path }) => `${rule} ${path}`);

test("with nothing said, a host is reached by its name as root on port 22", () => {
  const { targets } = resolveSshTargets(specOf(), HERE);
  expect(targets.map(({ host }) => host)).toEqual(["m1", "a1", "b1"]);
  expect(targets[0]).toEqual({
    host: "m1",
    address: "m1",
    port: 22,
    user: "root",
    authentication: USUAL,
    hostKeys: [],
    hostKeyField: "hosts.addresses.m1.hostKey",
    limits: { connectSeconds: 15, keepAliveSeconds: 10, sessions: 8 },
  });
});

describe("the narrowest place that says it decides", () => {
  const hosts: HostsConfig = {
    user: "all",
    port: 1,
    bastion: "none",
    addresses: { a1: { user: "host", address: "10.0.0.1" } },
  };
  const client = withClient("Host *\n User client\n Port 4\n HostName %h.org\n");
  test.each<[string, SshTarget, Partial<SshTarget>]>([
    ["a host before its group", target("a1", hosts, client, { user: "group", port: 2 }), { user: "host", port: 2 }],
    ["a group before all", target("m1", hosts, client, { user: "group" }), { user: "group", port: 1 }],
    ["all before ~/.ssh/config", target("b1", hosts, client, { user: "group" }), { user: "all", port: 1 }],
    ["~/.ssh/config before the defaults", target("b1", {}, client), { user: "client", port: 4, address: "b1.org" }],
    ["an address of the spec before HostName", target("a1", hosts, client), { address: "10.0.0.1" }],
  ])("%s", (_, found, expected) => {
    expect(found).toMatchObject(expected);
  });
});

describe("how to log in", () => {
  const client = "Host *\n IdentityFile ~/.ssh/%r@%h\n IdentityFile ${HOME}/never\n";
  const fromClient = file("/home/me/.ssh/root@b1", true);
  test.each<[string, SshTarget, SshAttempt[]]>([
    ["the agent, then the usual files", target("b1", {}, AGENT), [agent, ...USUAL]],
    ["without an agent the usual files", target("b1"), USUAL],
    ["agent: false", target("b1", { agent: false }, AGENT), USUAL],
    ["agent: true alone", target("b1", { agent: true }, AGENT), [agent, ...USUAL]],
    ["a key alone", target("b1", { key: "~/.ssh/k" }, AGENT), [file("/home/me/.ssh/k", false)]],
    ["a key, then the agent", target("b1", { key: "/k", agent: true }, AGENT), [file("/k", false), agent]],
    [
      "a key with a passphrase",
      target("b1", { key: "/k", credentials: { passphrase: "pass" } }),
      [file("/k", false, { passphrase: "pass" })],
    ],
    [
      "a key in a secret",
      target("b1", { credentials: { privateKey: "keyText", passphrase: "pass" } }, AGENT),
      [{ kind: "secret", privateKey: "keyText", passphrase: "pass" }],
    ],
    [
      "a passphrase alone",
      target("b1", { credentials: { passphrase: "pass" } }, AGENT),
      [agent, ...USUAL.map((one) => ({ ...one, passphrase: "pass" }))],
    ],
    ["identity files of ~/.ssh/config", target("b1", {}, withClient(client, AGENT)), [agent, fromClient]],
    ["and IdentitiesOnly", target("b1", {}, withClient(`${client} IdentitiesOnly yes`, AGENT)), [fromClient]],
    ["IdentityAgent none", target("b1", {}, withClient("IdentityAgent none", AGENT)), USUAL],
    [
      "IdentityAgent elsewhere",
      target("b1", {}, withClient("IdentityAgent ~/s")),
      [{ kind: "agent", socket: "/home/me/s" }, ...USUAL],
    ],
    [
      "a key of the spec before those of ~/.ssh/config",
      target("b1", { key: "/k" }, withClient(client, AGENT)),
      [file("/k", false)],
    ],
    // The passphrase of all is not that of a group's own key.
    [
      "a group's key, and no other's passphrase",
      target("a1", { key: "/k", credentials: { passphrase: "pass" } }, HERE, { key: "/g" }),
      [file("/g", false)],
    ],
  ])("%s", (_, { authentication }, expected) => {
    expect(authentication).toEqual(expected);
  });
});

describe("through a bastion", () => {
  const way = (found: SshTarget): string[] => {
    const name = `${found.user}@${found.address}:${found.port}`;
    return found.bastion ? [...way(found.bastion), name] : [name];
  };
  test.each<[string, SshTarget, string[]]>([
    ["by name alone", target("b1", { bastion: "jump", user: "u", port: 5 }), ["u@jump:22", "u@b1:5"]],
    [
      "with settings of its own",
      target("b1", { bastion: "jump", bastions: { jump: { address: "1.2.3.4", user: "j", port: 7 } } }),
      ["j@1.2.3.4:7", "root@b1:22"],
    ],
    [
      "behind another one",
      target("b1", { bastion: "in", bastions: { in: { bastion: "out" } } }),
      ["root@out:22", "root@in:22", "root@b1:22"],
    ],
    [
      "an alias of ~/.ssh/config",
      target("b1", { bastion: "j" }, withClient("Host j\n HostName jump.org\n User me\n Port 8")),
      ["me@jump.org:8", "root@b1:22"],
    ],
    [
      "a ProxyJump",
      target("b1", {}, withClient("Host *\n ProxyJump me@j1:9,j2")),
      ["me@j1:9", "root@j2:22", "root@b1:22"],
    ],
    [
      "the spec before ProxyJump",
      target("b1", { bastion: "none" }, withClient("Host *\n ProxyJump j1")),
      ["root@b1:22"],
    ],
    [
      "a host of the cluster",
      target("b1", { bastion: "m1", addresses: { m1: { port: 3 } } }),
      ["root@m1:3", "root@b1:22"],
    ],
    ["not through itself", target("m1", { bastion: "m1" }), ["root@m1:22"]],
    [
      "a group's instead of that of all",
      target("a1", { bastion: "jump" }, HERE, { bastion: "other" }),
      ["root@other:22", "root@a1:22"],
    ],
    [
      "a host of its own none",
      target("b1", { bastion: "jump", addresses: { b1: { bastion: "none" } } }),
      ["root@b1:22"],
    ],
  ])("%s", (_, found, expected) => {
    expect(way(found)).toEqual(expected);
  });

  test("its key is that of all hosts, unless it has one, and so is its user", () => {
    const hosts: HostsConfig = { key: "/k", bastion: "jump" };
    expect(target("b1", hosts).bastion?.authentication).toEqual([file("/k", false)]);
    const own = { ...hosts, bastions: { jump: { key: "/j" } } };
    expect(target("b1", own).bastion?.authentication).toEqual([file("/j", false)]);
  });
});

test("every host and bastion without a pinned key is told, once, with the field and the remedy", () => {
  const spec = specOf({ bastion: "jumpp", addresses: { a1: { hostKey: KEY } }, bastions: { jump: { hostKey: KEY } } });
  const { problems: found, targets } = resolveSshTargets(spec, HERE);
  expect(found.map(({ rule, path, suggestion }) => [rule, path, suggestion])).toEqual([
    ["connection.hostKey", "hosts.addresses.m1.hostKey", undefined],
    ["connection.hostKey", "hosts.bastions.jumpp.hostKey", "jump"],
    ["connection.hostKey", "hosts.addresses.b1.hostKey", undefined],
  ]);
  for (const { message } of found) expect(message).toContain("`npx alluxioctl trust`");
  const named = resolveSshTargets(spec, { ...HERE, stack: "ha" });
  for (const { message } of named.problems) expect(message).toContain("`npx alluxioctl trust --stack ha`");
  expect(named.targets.map(({ stack }) => stack)).toEqual(["ha", "ha", "ha"]);
  expect(targets.map(({ hostKeys }) => hostKeys)).toEqual([[], [KEY], []]);
});

test("several host keys: each a line, without what stands behind", () => {
  const hostKey = `${KEY} root@m1\n\n  ${KEY}\n`;
  expect(target("m1", { addresses: { m1: { hostKey } } }).hostKeys).toEqual([KEY, KEY]);
});

test.each<[string, string[], string[]]>([
  ["agent: true without one", problems({ agent: true }), ["connection.agent hosts.agent"]],
  [
    "secrets that are not set",
    problems({ credentials: { privateKey: "keyText", passphrase: "later" } }, HERE, {
      credentials: { privateKey: "k2" },
    }),
    [
      "connection.credentials workers[0].ssh.credentials.privateKey",
      "connection.credentials hosts.credentials.passphrase",
    ],
  ],
  [
    "bastions in a circle",
    problems({
      bastion: "x",
      bastions: { x: { bastion: "y" }, y: { bastion: "x" } },
      addresses: { m1: { bastion: "none" }, a1: { bastion: "none" } },
    }),
    ["connection.bastion hosts.bastions.y.bastion"],
  ],
  [
    "a ProxyCommand",
    problems({}, withClient("Host a1 b1\n ProxyCommand nc %h %p")),
    ["connection.proxyCommand hosts.addresses.a1.bastion", "connection.proxyCommand hosts.addresses.b1.bastion"],
  ],
  [
    "a ProxyCommand, where the spec knows better",
    problems({ bastion: "none" }, withClient("ProxyCommand nc %h %p")),
    [],
  ],
  [
    "a ProxyJump that cannot be read",
    problems({}, withClient("Host b1\n ProxyJump a::b")),
    ["connection.proxyJump hosts.addresses.b1.bastion"],
  ],
  [
    "a mistake in ~/.ssh/config",
    problems({}, withClient("Port x\nUser")),
    ["connection.sshConfig hosts.sshConfig", "connection.sshConfig hosts.sshConfig"],
  ],
  ["a file that is not there", problems({ sshConfig: "/no/file" }), ["connection.sshConfig hosts.sshConfig"]],
  ["no file, where none is named", problems({ sshConfig: "none" }), []],
])("%s", (_, found, expected) => {
  expect(found).toEqual(expected);
});

test("any ~/.ssh/config gives a target for every host, and ends", () => {
  const name = fc.constantFrom("m1", "a1", "b1", "j", "k", "*", "none");
  const line = fc.oneof(
    name.map((one) => `Host ${one}`),
    name.map((one) => `ProxyJump ${one}`),
    fc.tuple(name, name).map((two) => `ProxyJump ${two.join(",")}`),
    name.map((one) => `HostName ${one}`),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 10 }), (lines) => {
      const { targets } = resolveSshTargets(specOf(), withClient(lines.join("\n")));
      expect(targets.map(({ host }) => host)).toEqual(["m1", "a1", "b1"]);
    }),
    { numRuns: 100 },
  );
});

test("how hosts are reached is no part of the plan: another key or way changes no resource", () => {
  const { hosts, ...config } = VALID.hosts;
  const { prefix, release, java, service, libfuse } = hosts!;
  const installed = { prefix, release, java, service, libfuse } as HostsConfig;
  const plans = [
    VALID.hosts,
    { ...config, hosts: installed, workers: config.workers.map(({ ssh: __, ...group }) => group) },
  ].map((one) => planCluster(parseSpec(one, { stack: "dev" }).spec!));
  expect(plans[0]).toEqual(plans[1]);
});

test("the secrets that a spec names", () => {
  const { spec } = parseSpec(VALID.hosts, { stack: "dev" });
  expect(sshSecretsOf(spec!)).toEqual(["sshPassphrase", "blueKey"]);
});
