import { machinesOf, secretsOnTheWay, trustWaves, withPins } from "../../../../operations/trust/machines";
import { resolveSshTargets } from "../../../../components/plan/ssh/resolve";
import type { HostsConfig } from "../../../../components/spec/config";
import { parseSpec } from "../../../../components/spec/parse";
import { lineOf } from "./keys";

function resolved(hosts: HostsConfig, client = "") {
  const { spec } = parseSpec(
    {
      target: "hosts",
      masters: { hosts: ["m1"] },
      workers: [{ name: "a", ramdisk: "1GB", hosts: ["a1", "a2"] }],
      underStorage: { path: "/nfs" },
      hosts,
    },
    { stack: "ha" },
  );
  const surroundings = { home: "/home/me", user: "me", secrets: new Set<string>(), clientConfig: { text: client } };
  return { spec: spec!, targets: resolveSshTargets(spec!, surroundings).targets };
}
const waves = (hosts: HostsConfig, only: string[] = [], client = ""): string[][] => {
  const { spec, targets } = resolved(hosts, client);
  return trustWaves(spec, targets, only).map((wave) => wave.map(({ target, path }) => `${target.host} ${path[1]!}`));
};

test.each<[string, HostsConfig, string[], string, string[][]]>([
  ["no bastion", {}, [], "", [["m1 addresses", "a1 addresses", "a2 addresses"]]],
  [
    "one bastion for all",
    { bastion: "jump" },
    [],
    "",
    [["jump bastions"], ["m1 addresses", "a1 addresses", "a2 addresses"]],
  ],
  [
    "a host of the cluster is the bastion",
    { bastion: "m1" },
    [],
    "",
    [["m1 addresses"], ["a1 addresses", "a2 addresses"]],
  ],
  ["with a host comes its way, and no more", { bastion: "jump" }, ["a2"], "", [["jump bastions"], ["a2 addresses"]]],
  ["a bastion alone", { bastion: "jump" }, ["jump"], "", [["jump bastions"]]],
  [
    "bastions behind each other, one of them reached by two ways",
    {},
    [],
    "Host a1\n  ProxyJump outer,inner\nHost a2\n  ProxyJump inner\n",
    [["m1 addresses", "outer bastions", "inner bastions"], ["a2 addresses"], ["a1 addresses"]],
  ],
])("%s", (_, hosts, only, client, expected) => {
  expect(waves(hosts, only, client).map((wave) => [...wave].sort())).toEqual(expected.map((wave) => [...wave].sort()));
});

test("every machine stands behind those on its way, which are the ones to be known by name", () => {
  const { spec, targets } = resolved({ bastion: "jump" });
  const [first, second] = trustWaves(spec, targets, []);
  expect(first!.map(({ way }) => way)).toEqual([[]]);
  expect(second!.map(({ way }) => way)).toEqual([["jump"], ["jump"], ["jump"]]);
  expect(machinesOf(targets).map(({ host }) => host)).toEqual(["m1", "a1", "a2", "jump"]);
});

test("what was taken holds for the machine and for all behind it", () => {
  const { targets } = resolved({ bastion: "jump" });
  const pinned = withPins(targets[0]!, new Map([["jump", [lineOf("ed25519")]]]));
  expect([pinned.hostKeys, pinned.bastion?.hostKeys]).toEqual([[], [lineOf("ed25519")]]);
});

test("secrets are asked for only where a machine on the way needs them", () => {
  const credentials = { privateKey: "key", passphrase: "pass" };
  const of = (hosts: HostsConfig): string[] => {
    const { spec, targets } = resolved(hosts);
    return secretsOnTheWay(trustWaves(spec, targets, []).flat());
  };
  expect(of({ credentials })).toEqual([]);
  expect(of({ credentials, bastion: "jump" })).toEqual(["key", "pass"]);
  expect(
    of({ bastion: "jump", key: "/k", bastions: { jump: { key: "/j", credentials: { passphrase: "p" } } } }),
  ).toEqual(["p"]);
});
