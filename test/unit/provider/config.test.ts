import type { SshAccess, SshTarget } from "../../../components/plan/ssh/target";
import { checkConfig, readConfig } from "../../../provider/config";

const target = (host: string, address = host): SshTarget =>
  ({ host, address, port: 22, user: "deploy", authentication: [] }) as unknown as SshTarget;
const ssh = (...targets: SshTarget[]): string => JSON.stringify({ stack: "dev", targets } satisfies SshAccess);
const leftOf = (config: ReturnType<typeof checkConfig>): SshTarget[] =>
  typeof config["left"] === "string" ? [...(JSON.parse(config["left"]) as SshAccess).targets] : [];

test.each([
  ["nothing has left", { ssh: ssh(target("a")) }, { ssh: ssh(target("a")) }],
  ["a new cluster", { ssh: ssh(target("a")) }, {}],
  ["a host has come back, under another address", { ssh: ssh(target("a", "10.0.0.9")) }, { left: ssh(target("a")) }],
  ["a cluster on Docker", { dockerHost: "unix:///run/docker.sock" }, { ssh: ssh(target("a")) }],
])("%s: the configuration is what the program gives", (_, news, olds) => {
  expect(checkConfig(news, olds)).toEqual(news);
});

test("a host that leaves the spec stays known, also in the runs after", () => {
  const first = checkConfig({ ssh: ssh(target("a")) }, { ssh: ssh(target("a"), target("b")) });
  expect(leftOf(first)).toEqual([target("b")]);
  const second = checkConfig({ ssh: ssh(target("c")) }, first);
  expect(leftOf(second)).toEqual([target("b"), target("a")]);
  expect(second["ssh"]).toBe(ssh(target("c")));
});

test("hosts that are gone for good are known by the configuration; none unless it says so", () => {
  expect(readConfig({ ssh: ssh(target("a")), gone: '["b"]' }).gone).toEqual(["b"]);
  expect(readConfig({ ssh: ssh(target("a")) }).gone).toEqual([]);
});
