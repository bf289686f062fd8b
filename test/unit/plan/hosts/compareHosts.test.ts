import fc from "fast-check";
import { checkHosts, knownAfter, type CheckContext } from "../../../../components/plan/hosts/checkHosts";
import type { Finding } from "../../../../components/plan/hosts/checks/finding";
import { peersOf } from "../../../../components/plan/hosts/checks/peers";
import type { ClusterDemands } from "../../../../components/plan/hosts/demands";
import { hostsConfigs, SEED_PAGE } from "../../../support/hosts";
import {
  DEMANDS,
  HOSTS,
  demandsFor,
  disk,
  machines,
  nfs,
  roomy,
  seenWith,
  short,
  type Change,
} from "../../../support/hostSights";

const PATH = "/nfs/alluxio";
const ROOT = nfs(PATH, "filer:/export");
const check = (changes: Readonly<Record<string, Change>>, context: CheckContext = {}): Finding[] =>
  checkHosts(DEMANDS, seenWith(changes), context);

/** What only shows where hosts are compared. */
describe("clocks", () => {
  const two = demandsFor({ ...SEED_PAGE, workers: [{ name: "a", ramdisk: "1GB", hosts: ["blue4"] }], hosts: {} });
  const told = (demands: ClusterDemands, offset: number, hosts = Object.keys(demands.hosts)): string[] => {
    const seen = machines(demands);
    for (const host of hosts) seen[host] = { ...seen[host]!, clock: { atLeast: offset, atMost: offset + 50 } };
    return short(checkHosts(demands, seen));
  };

  test("ours is wrong where all others agree", () => expect(told(DEMANDS, 3_600_000)).toEqual([]));
  test("of two nobody can say whose is wrong", () =>
    expect(told(two, -90_000, ["blue4"])).toEqual(["blue4 clock: its clock is at least 89 s behind this machine's"]));
  test("time that the question took says nothing", () => {
    const seen = machines(two);
    seen["blue4"] = { ...seen["blue4"]!, clock: { atLeast: -60_000, atMost: 60_000 } };
    expect(checkHosts(two, seen)).toEqual([]);
  });
});

describe("the same under storage on all", () => {
  const everywhere = (root: object): Record<string, Change> =>
    Object.fromEntries(HOSTS.map((host) => [host, () => ({ root })]));
  const looksShared = everywhere(disk(PATH, "same"));

  test("what looks like one local disk is left to the token", () => {
    const findings = check(looksShared);
    expect(new Set(findings.map(({ level, found }) => `${level} ${found}`))).toEqual(
      new Set([
        "warning it is a folder of the local ext4 file system at /nfs/alluxio (/dev/sdb1, empty), and looks the same on all",
      ]),
    );
    expect(findings).toHaveLength(HOSTS.length);
  });

  test("a token that all see proves it, also where the file server has several names", () => {
    const shown = Object.fromEntries(HOSTS.slice(1).map((host) => [host, true]));
    const token = { writer: HOSTS[0]!, shown };
    expect(check(looksShared, { token })).toEqual([]);
    expect(check({ blue4: () => ({ root: nfs(PATH, "10.0.0.9:/export") }) }, { token })).toEqual([]);
  });

  test("a token that one host does not see convicts that one", () => {
    const shown = { ...Object.fromEntries(HOSTS.slice(1).map((host) => [host, true])), titan34: false };
    expect(short(check(looksShared, { token: { writer: HOSTS[0]!, shown } }))).toEqual([
      "titan34 under storage: a file that v2r2-dfx-8 has written there is not seen: it is another one, a folder of the local ext4 file system at /nfs/alluxio (/dev/sdb1, empty)",
    ]);
  });

  test("where nobody can write, exports are believed and disks are not", () => {
    const levels = (changes: Record<string, Change>): Set<string> =>
      new Set(check(changes, { token: { shown: {} } }).map(({ level }) => level));
    expect([levels({}), levels(looksShared)]).toEqual([new Set(["warning"]), new Set(["refused"])]);
  });

  test("new hosts are compared with what the others had", () => {
    const known = knownAfter(DEMANDS, machines());
    const alone = (root: object): string[] =>
      short(checkHosts(DEMANDS, { blue4: { ...roomy(DEMANDS, "blue4"), root: root as typeof ROOT } }, { known }));
    expect(alone(ROOT)).toEqual([]);
    expect(alone(nfs(PATH, "filer:/other"))).toEqual([
      "blue4 under storage: it is filer:/other (nfs4); the hosts of the cluster have filer:/export (nfs4)",
    ]);
    expect(known.versions).toMatchObject({ Java: "11", kernel: "5.10" });
    expect(knownAfter(DEMANDS, {}, known)).toEqual(known);
  });

  test("one host alone shares it with nobody", () => {
    const one = demandsFor({
      ...SEED_PAGE,
      masters: { hosts: ["blue4"] },
      workers: [{ name: "a", ramdisk: "1GB", hosts: ["blue4"] }],
      hosts: {},
    });
    expect(checkHosts(one, { blue4: { ...roomy(one, "blue4"), root: disk(PATH, "x") } })).toEqual([]);
  });
});

test("different numbers of the service user are odd, where nobody has fixed them", () => {
  const uid = (number: number): Change => {
    return () => ({ user: { uid: number } });
  };
  expect(short(check({ blue4: uid(1000), titan34: uid(1001) }))).toEqual([
    expect.stringMatching(/^warning blue4 user alluxio: has the number 1000, and 1001 on titan34/),
    expect.stringMatching(/^warning titan34 user alluxio: has the number 1001, and 1000 on blue4/),
  ]);
});

test("numbers that the spec fixes must be free, or the user's own", () => {
  const fixed = demandsFor({ ...SEED_PAGE, hosts: { service: { uid: 1200 } } });
  const found = (user: object): string[] =>
    short(checkHosts(fixed, { ...machines(fixed), blue4: { ...roomy(fixed, "blue4"), user } }));
  expect(found({ uid: 1200, holder: "alluxio" })).toEqual([]);
  expect(found({ uid: 1000 })).toEqual(["blue4 user alluxio: has the number 1000, and hosts.service.uid is 1200"]);
  expect(found({ holder: "mallory" })).toEqual(["blue4 user alluxio: its number 1200 is that of user mallory here"]);
});

test("ways are tried to masters only where there are hundreds of hosts", () => {
  const workers = Array.from({ length: 250 }, (_, i) => [`w${i}`, DEMANDS.hosts["blue4"]!] as const);
  const many = { ...DEMANDS, hosts: { ...DEMANDS.hosts, ...Object.fromEntries(workers) } };
  expect(peersOf("w7", many)).toEqual(["v2r2-dfx-8", "w7"]);
  expect(peersOf("blue4", DEMANDS)).toEqual(HOSTS);
});

describe("for any spec", () => {
  test("roomy machines are taken, and each that is too small is told once, by its name", () =>
    fc.assert(
      fc.property(hostsConfigs, fc.nat(), (config, n) => {
        const demands = demandsFor(config);
        const names = Object.keys(demands.hosts);
        const seen = machines(demands);
        expect(checkHosts(demands, seen)).toEqual([]);
        const small = names[n % names.length]!;
        const poor = { ...seen, [small]: { ...seen[small]!, memory: { totalMiB: 1, availableMiB: 1 } } };
        expect(checkHosts(demands, poor).map(({ host, what }) => [host, what])).toEqual([[small, "memory"]]);
      }),
      { numRuns: 10 },
    ));

  test("a port counts for the hosts that open it, and for no other", () =>
    fc.assert(
      fc.property(hostsConfigs, fc.integer({ min: 1, max: 65_535 }), (config, any) => {
        const demands = demandsFor(config);
        const ports = [any, ...Object.values(demands.hosts).flatMap((one) => Object.keys(one.ports).map(Number))];
        const portsInUse = [...new Set(ports)].map((port) => ({ port, process: { name: "x", pid: 1 } }));
        for (const [host, own] of Object.entries(demands.hosts)) {
          const findings = checkHosts(demands, { [host]: { ...roomy(demands, host), portsInUse } });
          expect(findings.map(({ what }) => what).sort()).toEqual(
            Object.keys(own.ports)
              .map((port) => `port ${port}`)
              .sort(),
          );
        }
      }),
      { numRuns: 10 },
    ));
});
