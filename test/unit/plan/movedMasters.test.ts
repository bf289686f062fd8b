import { consequencesOf } from "../../../components/plan/consequences";
import { formedAfter } from "../../../components/plan/movedMasters";
import { planCluster } from "../../../components/plan/planCluster";
import type { ClusterConfig } from "../../../components/spec/config";
import { SMALL, specOf } from "../../support/specs";

const SHA256 = "0123456789abcdef".repeat(4);
const plan = (hosts: string[], journal = "/var/lib/journal") => {
  const config: ClusterConfig = {
    target: "hosts",
    masters: { count: hosts.length, hosts, journal: { path: journal } },
    workers: [{ name: "a", ramdisk: "64MB", hosts: ["w"] }],
    underStorage: { path: "/nfs" },
    hosts: { release: { file: "/alluxio.tar.gz", sha256: SHA256 } },
  };
  return planCluster(specOf(config));
};
const ABC = ["a", "b", "c"];
const FIVE = ["a", "b", "c", "d", "e"];

/** What is refused, and whether it can be confirmed. */
const refused = (before: string[], after: string[]): string[] =>
  consequencesOf(plan(before), plan(after))
    .filter(({ mustConfirm }) => mustConfirm)
    .map(({ change, impossible }) => `${change}${impossible ? "!" : ""}`);

test.each<[string, string[], string[], string[]]>([
  ["nothing", ABC, ABC, []],
  ["one master more", ["a"], ABC, []],
  ["a new host in the place of another", ABC, ["a", "x", "c"], []],
  ["a new host in the place of the first", ABC, ["x", "b", "c"], []],
  ["two of five", FIVE, ["x", "b", "c", "d", "y"], []],
  ["the only master", ["a"], ["x"], ["leave the journal /var/lib/journal on host a"]],
  [
    "most of them",
    ABC,
    ["x", "b", "y"],
    ["a", "c"].map((host) => `leave the journal /var/lib/journal on host ${host}`),
  ],
  ["a new host at the end, the others up", ABC, ["a", "c", "x"], ["master 3→2 on host c!"]],
  ["two that swap", ABC, ["b", "a", "c"], ["master 2→1 on host b!", "master 1→2 on host a!"]],
  ["a new one before the others", ["a"], ["x", "y", "a"], ["master 1→3 on host a!"]],
])("masters elsewhere: %s", (_, before, after, expected) => {
  expect(refused(before, after)).toEqual(expected);
});

test.each<[string, number, string[], string[], number]>([
  ["nobody moves", 3, ABC, ABC, 3],
  ["the second", 3, ABC, ["a", "x", "c"], 1],
  ["the first", 3, ABC, ["x", "b", "c"], 0],
  ["the last, of a quorum that has grown", 1, ABC, ["a", "b", "x"], 1],
  ["two more", 3, ABC, FIVE, 3],
  ["most of them: they form a quorum anew", 3, ABC, ["x", "y", "c"], 3],
])("with how many the quorum was formed: %s", (_, formedWith, before, after, expected) => {
  expect(formedAfter(formedWith, plan(before), plan(after))).toBe(expected);
});

test("another folder on most hosts is another quorum; another port is none", () => {
  expect(formedAfter(3, plan(ABC), plan(ABC, "/ssd/journal"))).toBe(3);
  const docker = (journal: number) => planCluster(specOf({ ...SMALL, masters: { count: 3 }, ports: { journal } }));
  expect(formedAfter(3, docker(19200), docker(20200))).toBe(3);
});
