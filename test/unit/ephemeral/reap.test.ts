import * as fc from "fast-check";
import { ephemeralLabels, ephemeralOf, type Ephemeral } from "../../../components/plan/ephemeral";
import type { Observed, ObservedThing } from "../../../operations/ephemeral/observed";
import { overviewOf } from "../../../operations/ephemeral/overview";
import { throwAways, verdictsOn, type Circumstances } from "../../../operations/ephemeral/reap";

const NOTHING: Observed = { containers: [], networks: [], volumes: [], ledgers: [], folders: [] };
const NOW = 1_700_000_000;
const MAKERS = { alive: "here:1:1", gone: "here:2:1", elsewhere: "there:1:1" } as const;
const circumstances: Circumstances = {
  now: NOW,
  makerState: (maker) => (Object.keys(MAKERS) as (keyof typeof MAKERS)[]).find((state) => MAKERS[state] === maker)!,
};
const labelsOf = (ephemeral: Ephemeral, clusterId: string): Record<string, string> => ({
  "alluxio.cluster-id": clusterId,
  ...ephemeralLabels(ephemeral),
});
const thing = (name: string, labels: Record<string, string>): ObservedThing => ({ id: `id-${name}`, name, labels });

/** A container, network, volume, ledger and folder of one cluster. */
function observedOf(ephemeral: Ephemeral, clusterId: string): Observed {
  const labels = labelsOf(ephemeral, clusterId);
  return {
    containers: [{ ...thing(`${ephemeral.name}-c`, labels), running: true, image: "sha256:1" }],
    networks: [thing(`${ephemeral.name}-n`, labels)],
    volumes: [thing(`${ephemeral.name}-v`, labels)],
    ledgers: [
      {
        clusterId,
        labels: ephemeralLabels(ephemeral),
        roots: [{ path: `/mnt/alluxio/${ephemeral.name}`, mountPoints: [`/mnt/alluxio/${ephemeral.name}/data`] }],
      },
    ],
    folders: [{ path: `/state/${ephemeral.name}`, ephemeral }],
  };
}

const merged = (...all: readonly Observed[]): Observed => ({
  containers: all.flatMap((one) => one.containers),
  networks: all.flatMap((one) => one.networks),
  volumes: all.flatMap((one) => one.volumes),
  ledgers: all.flatMap((one) => one.ledgers),
  folders: all.flatMap((one) => one.folders),
});

describe("what is reaped, what stays, and why", () => {
  test.each<[string, Omit<Ephemeral, "name">, boolean, string]>([
    ["its time has come", { expires: NOW }, true, "expired 0 s ago"],
    ["its time is long over", { expires: NOW - 3700 }, true, "expired 1 h 1 min ago"],
    ["over, though its maker lives", { expires: NOW - 60, maker: MAKERS.alive }, true, "expired 1 min ago"],
    ["time is left", { expires: NOW + 1 }, false, "expires in 1 s"],
    [
      "its maker lives",
      { expires: NOW + 90, maker: MAKERS.alive },
      false,
      "expires in 1 min 30 s, or with the process that made it",
    ],
    ["its maker is gone", { expires: NOW + 90, maker: MAKERS.gone }, true, "the process that made it is gone"],
    [
      "nobody can tell here whether its maker lives",
      { expires: NOW + 90, maker: MAKERS.elsewhere },
      false,
      "expires in 1 min 30 s; made by a process that cannot be seen from here",
    ],
  ])("%s", (_, rest, reap, reason) => {
    const observed = observedOf({ name: "t", ...rest }, "aa");
    expect(verdictsOn(observed, circumstances)).toEqual([
      { cluster: { ephemeral: { name: "t", ...rest }, clusterIds: ["aa"], ...observed }, reap, reason },
    ]);
  });

  test("asked for by name, whatever its time, and no other", () => {
    const observed = merged(
      observedOf({ name: "one", expires: NOW + 60 }, "aa"),
      observedOf({ name: "two", expires: NOW + 60, maker: MAKERS.alive }, "bb"),
    );
    const verdicts = verdictsOn(observed, { ...circumstances, asked: new Set(["two"]) });
    expect(verdicts.map(({ cluster, reap, reason }) => [cluster.ephemeral.name, reap, reason])).toEqual([
      ["one", false, "expires in 1 min"],
      ["two", true, "asked for"],
    ]);
  });

  test("what is left of one: any single thing is enough to find it", () => {
    const whole = observedOf({ name: "t", expires: NOW - 1 }, "aa");
    for (const kind of Object.keys(whole) as (keyof Observed)[]) {
      const [verdict, ...more] = verdictsOn({ ...NOTHING, [kind]: whole[kind] }, circumstances);
      expect([verdict?.reap, verdict?.cluster[kind], more]).toEqual([true, whole[kind], []]);
    }
  });

  test("what bears the id of a throw-away cluster goes with it; the same of an ordinary one does not", () => {
    const helper = (id: string) => ({
      ...thing(`helper-${id}`, { "alluxio.cluster-id": id }),
      running: false,
      image: "sha256:1",
    });
    const ours = observedOf({ name: "t", expires: NOW - 1 }, "aa");
    const [verdict] = verdictsOn(
      { ...ours, containers: [...ours.containers, helper("aa"), helper("bb")] },
      circumstances,
    );
    expect(verdict?.cluster.containers.map(({ name }) => name)).toEqual(["t-c", "helper-aa"]);
  });

  test("a name that is used again is another cluster", () => {
    const observed = merged(
      observedOf({ name: "t", expires: NOW - 60 }, "aa"),
      observedOf({ name: "t", expires: NOW + 60 }, "bb"),
    );
    expect(verdictsOn(observed, circumstances).map(({ cluster, reap }) => [cluster.clusterIds, reap])).toEqual([
      [["aa"], true],
      [["bb"], false],
    ]);
  });
});

describe("whatever else is on the machine", () => {
  const id = fc.constantFrom("aa", "bb", "cc");
  /** Any of them may be missing, or be what none of ours would say. */
  const labels = fc.record(
    {
      "alluxio.cluster-id": id,
      "alluxio.ephemeral": fc.constantFrom("t", "u", ""),
      "alluxio.expires": fc.constantFrom(String(NOW - 5), String(NOW + 5), "soon", ""),
      "alluxio.maker": fc.constantFrom(...Object.values(MAKERS)),
      "alluxio.cluster": id,
    },
    { requiredKeys: [] },
  ) as fc.Arbitrary<Record<string, string>>;
  const things = fc.array(
    labels.map((one) => thing(JSON.stringify(one), one)),
    { maxLength: 6 },
  );
  const observeds = fc.record({
    containers: things.map((all) => all.map((one) => ({ ...one, running: true, image: "i" }))),
    networks: things,
    volumes: things,
    ledgers: fc.array(fc.record({ clusterId: id, labels, roots: fc.constant([]) }), { maxLength: 4 }),
    folders: fc.constant([]),
  });

  test("nothing is reaped that bears neither a throw-away cluster's labels nor its id, nor before its time", () => {
    let reapedEver = 0;
    fc.assert(
      fc.property(observeds, (observed) => {
        const all = [...observed.containers, ...observed.networks, ...observed.volumes];
        const doomed = verdictsOn(observed, circumstances).filter(({ reap }) => reap);
        const over = (one: Record<string, string>): boolean => {
          const found = ephemeralOf(one);
          return found !== undefined && (found.expires <= NOW || found.maker === MAKERS.gone);
        };
        const idsOver = new Set(
          [
            ...all.map((one) => ({ labels: one.labels, id: one.labels["alluxio.cluster-id"] })),
            ...observed.ledgers.map((one) => ({ labels: one.labels, id: one.clusterId })),
          ]
            .filter((one) => over(one.labels))
            .map(({ id }) => id)
            .filter((id) => id !== undefined),
        );
        for (const { cluster } of doomed) {
          for (const one of [...cluster.containers, ...cluster.networks, ...cluster.volumes, ...cluster.ledgers]) {
            reapedEver++;
            const id = "clusterId" in one ? one.clusterId : one.labels["alluxio.cluster-id"];
            expect(over(one.labels) || (ephemeralOf(one.labels) === undefined && idsOver.has(id!))).toBe(true);
          }
        }
        // And all that is over is in the answer.
        const answered = new Set(
          doomed.flatMap(({ cluster }) => [...cluster.containers, ...cluster.networks, ...cluster.volumes]),
        );
        for (const one of all.filter((other) => over(other.labels))) expect(answered.has(one as never)).toBe(true);
      }),
    );
    expect(reapedEver).toBeGreaterThan(100);
  });

  test("each thing is of one cluster at most", () => {
    fc.assert(
      fc.property(observeds, (observed) => {
        const claimed = throwAways(observed).flatMap((one) => [...one.containers, ...one.networks, ...one.volumes]);
        expect(new Set(claimed).size).toBe(claimed.length);
      }),
    );
  });
});

test("the overview: sorted, with the time that is left, mounts and the first master's web server", () => {
  const observed = merged(observedOf({ name: "two", expires: NOW + 60, maker: MAKERS.alive }, "bb"), {
    ...NOTHING,
    folders: [{ path: "/state/one", ephemeral: { name: "one", expires: NOW + 120 } }],
  });
  const published = [
    { port: 32770, container: "two-master-2-bb", clusterId: "bb" },
    { port: 32769, container: "two-master-1-bb", clusterId: "bb" },
    { port: 80, container: "a-web-server", clusterId: undefined },
  ];
  expect(overviewOf(verdictsOn(observed, circumstances), published, NOW)).toEqual([
    {
      name: "one",
      clusterId: null,
      expires: "2023-11-14T22:15:20.000Z",
      expiresInSeconds: 120,
      bound: false,
      containers: 0,
      running: 0,
      webAddress: null,
      mountPoints: [],
      folder: "/state/one",
    },
    {
      name: "two",
      clusterId: "bb",
      expires: "2023-11-14T22:14:20.000Z",
      expiresInSeconds: 60,
      bound: true,
      containers: 1,
      running: 1,
      webAddress: "http://127.0.0.1:32769",
      mountPoints: ["/mnt/alluxio/two/data"],
      folder: "/state/two",
    },
  ]);
});
