import { parseSpec } from "../../../components/spec/parse";
import type { ClusterConfig, HostsConfig } from "../../../components/spec/config";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGJ1Y2tldGZ1bG9mYnl0ZXNmb3JhdGVzdC4u";
const RSA = `ssh-rsa ${Buffer.concat([Buffer.from([0, 0, 0, 7]), Buffer.from("ssh-rsa"), Buffer.alloc(40)]).toString("base64")}`;

const withHosts = (hosts: HostsConfig, more: Partial<ClusterConfig> = {}): ClusterConfig => ({
  target: "hosts",
  masters: { hosts: ["h1"] },
  workers: [{ name: "a", ramdisk: "1GB", hosts: ["h1", "h2"] }],
  underStorage: { path: "/nfs" },
  hosts,
  ...more,
});
const found = (config: unknown): string[] =>
  (parseSpec(config, { stack: "dev" }).problems ?? []).map(({ rule, path }) => `${rule} ${path}`);
const one = (hostKey: string): string[] => found(withHosts({ addresses: { h1: { hostKey } } }));

test.each([
  ["one key", KEY],
  ["with a comment", `${KEY} root@h1`],
  ["two kinds, a line each", `${KEY}\n${RSA}\n`],
  ["with white space around them", `\n  ${KEY}  \r\n\r\n${RSA}`],
])("host keys that are taken: %s", (_, text) => {
  expect(one(text)).toEqual([]);
});

test.each([
  ["a name before it", `h1 ${KEY}`],
  ["the second line is none", `${KEY}\nssh-rsa`],
  ["another type before the key", KEY.replace("ed25519", "rsa")],
  ["a fingerprint", "SHA256:VwqrjRvvPBXBvYzIyC8B8qFzhBmMqjYhYRO3Qy3ssZ4"],
  ["nothing but a comment", "# later"],
])("host keys that are refused: %s", (_, text) => {
  expect(one(text)).toEqual(["hosts.hostKey hosts.addresses.h1.hostKey"]);
});

test("a group, a host and a bastion have what all hosts have, and are held to the same rules", () => {
  const wrong = { user: "Jane", port: 0, key: "id", credentials: { passphrase: "no key" }, bastion: "a b" };
  const rules = ["ssh.bastion", "ssh.credential-key", "ssh.file", "ports.range", "hosts.user"];
  const fields = ["bastion", "credentials.passphrase", "key", "port", "user"];
  const at = (place: string): string[] => fields.map((field, i) => `${rules[i] ?? ""} ${place}.${field}`);
  const config = withHosts(
    { ...wrong, addresses: { h1: wrong }, bastions: { jump: wrong } },
    { workers: [{ name: "a", ramdisk: "1GB", hosts: ["h1"], ssh: wrong }] },
  );
  expect(new Set(found(config))).toEqual(
    new Set(["hosts", "hosts.addresses.h1", "hosts.bastions.jump", "workers[0].ssh"].flatMap(at)),
  );
});

test.each([
  [{}, 22],
  [{ port: 2222 }, 2222],
  [{ addresses: { h2: { port: 2222 } } }, 2222],
  [{ addresses: { h2: { port: 2222 } } }, 22],
])("with %j no port of Alluxio is %i", (hosts: HostsConfig, port) => {
  expect(found(withHosts(hosts, { ports: { masterWeb: port } }))).toEqual(["ports.ssh ports.masterWeb"]);
  expect(found(withHosts(hosts, { ports: { masterWeb: 2223 } }))).toEqual([]);
});

test("a secret that stands in the spec is not shown, and the message says where its name belongs", () => {
  const { problems } = parseSpec(withHosts({ passphrase: "hunter2" } as HostsConfig), { stack: "dev" });
  expect(problems).toMatchObject([
    { path: "hosts.passphrase", message: expect.stringContaining("hosts.credentials") as string },
  ]);
  expect(JSON.stringify(problems)).not.toContain("hunter2");
});
