import type { SshSurroundings } from "../../../../components/plan/ssh/surroundings";
import { connectionsTo } from "../../../../operations/adopt/connections";
import { adopt } from "../../../../operations/adopt/adopt";
import { OPTIONS, wikiCluster } from "./samples";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEu97D/LWnU7Oxq3BLxyusIMwQcn0/AeVKBD9OQns0r5";
const surroundings = (text: string): SshSurroundings => ({
  home: "/home/me",
  user: "me",
  secrets: new Set(),
  clientConfig: { text },
});
const known = (text: string) => ({ text, file: "~/.ssh/known_hosts" });

test("hosts that no spec names: by ~/.ssh/config, with the keys of known_hosts", () => {
  const config = "Host blue4\n  HostName 10.145.41.31\n  Port 2222\n  User nikunj\n  ProxyJump jump\n";
  const keys = known(`[10.145.41.31]:2222 ${KEY}\njump,other ${KEY}\ntitan34 ${KEY}\n`);
  const { targets, bastions, problems } = connectionsTo(["blue4", "titan34"], {}, surroundings(config), keys);
  expect(problems).toEqual([]);
  expect(targets).toMatchObject([
    {
      host: "blue4",
      address: "10.145.41.31",
      port: 2222,
      user: "nikunj",
      hostKeys: [KEY],
      bastion: { host: "jump", hostKeys: [KEY] },
    },
    { host: "titan34", address: "titan34", port: 22, user: "root", hostKeys: [KEY] },
  ]);
  expect(bastions).toEqual({ jump: { address: "jump", port: 22, user: "root", hostKeys: [KEY] } });
});

test("--user holds for all hosts", () => {
  const { targets } = connectionsTo(
    ["blue4"],
    { user: "me" },
    surroundings("Host *\n  User other\n"),
    known(`blue4 ${KEY}`),
  );
  expect(targets.map(({ user }) => user)).toEqual(["me"]);
});

test("every host and bastion without a key is named at once, with the way out", () => {
  const { problems } = connectionsTo(
    ["blue4", "titan34"],
    {},
    surroundings("Host titan34\n  ProxyJump jump\n"),
    known(""),
  );
  expect(problems.map((text) => /^host (\S+) /.exec(text)?.[1])).toEqual(["blue4", "titan34", "jump"]);
  for (const text of problems) expect(text).toMatch(/ssh-keyscan -p 22 \S+ .* --known-hosts/);
});

test("a mistake of ~/.ssh/config is told as it is", () => {
  const { problems } = connectionsTo(
    ["blue4"],
    {},
    surroundings("Host blue4\n  ProxyCommand nc x\n"),
    known(`blue4 ${KEY}`),
  );
  expect(problems).toEqual([expect.stringContaining("ProxyCommand")]);
});

test("how they were reached stands in the spec: keys, bastions, and all of a host that the cluster calls otherwise", () => {
  const facts = wikiCluster();
  const { "v2r2-dfx-8": first, ...others } = facts.hosts;
  const asked = { gate: first!, ...others };
  const { config } = adopt(
    { ...facts, start: "gate", hosts: asked, masters: [{ entry: "v2r2-dfx-8", host: "gate" }] },
    {
      ...OPTIONS,
      user: "deploy",
      reached: { ...OPTIONS.reached, gate: { address: "10.0.0.1", port: 2222, user: "me", hostKeys: [KEY] } },
      bastions: { jump: { address: "jump", port: 22, user: "root", hostKeys: [KEY] } },
    },
  );
  expect(config.hosts).toMatchObject({
    user: "deploy",
    addresses: { "v2r2-dfx-8": { address: "10.0.0.1", port: 2222, user: "me", hostKey: KEY }, blue4: { hostKey: KEY } },
    bastions: { jump: { hostKey: KEY } },
  });
});
