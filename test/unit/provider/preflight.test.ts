import type { Surroundings } from "../../../components/plan/check";
import { planCluster } from "../../../components/plan/planCluster";
import type { Deviations } from "../../../provider/resources/processDrift";
import { preflight, type PreflightInputs } from "../../../provider/resources/preflight";
import { Unhealthy, UserError } from "../../../provider/rpc/resource";
import { RICH, SMALL, specOf } from "../../support/specs";
import { notes } from "./fakes";

const INPUTS: PreflightInputs = {
  plan: planCluster(specOf({ ...RICH, ports: { published: 20500 } })),
  clusterId: "3f9c2ab1d4e5aa00",
  image: "sha256:1",
};
const ROOMY: Surroundings = { memoryMiB: 100_000, portsInUse: [], mountPointsInUse: [], disks: [] };

const TAGS = { "alluxio/alluxio:2.9.4": "sha256:1" };
const STATE = { ...INPUTS, plan: { ...INPUTS.plan, generations: {} }, processes: {} };

function world(surroundings: Partial<Surroundings> = {}, seen: Deviations | Error = {}) {
  const looks: boolean[] = [];
  const acts: string[] = [];
  const gather = async (_: PreflightInputs, running: boolean) => {
    looks.push(running);
    return { ...ROOMY, ...surroundings };
  };
  const kind = preflight(
    { gather },
    {
      observe: async () => {
        if (seen instanceof Error) throw seen;
        return seen;
      },
      tags: async (tags) => Object.fromEntries(Object.keys(tags).map((tag) => [tag, "sha256:2"])),
      restoreTag: async (tag, image) => {
        acts.push(`${tag} → ${image}`);
        return "restored";
      },
    },
  );
  return { kind, looks, acts };
}
const rest = { id: "dev-preflight", timeoutSeconds: 0, progress: notes() };

test("a machine with room: looked at in previews, creates and updates, each time with whether the cluster runs", async () => {
  const { kind, looks } = world();
  await kind.preview({ name: "dev-preflight", news: INPUTS, state: undefined });
  await kind.preview({ name: "dev-preflight", news: INPUTS, state: INPUTS });
  expect(await kind.create({ name: "dev-preflight", news: INPUTS, ...rest })).toEqual({
    id: "dev-preflight",
    state: STATE,
  });
  expect(await kind.update({ state: STATE, news: INPUTS, ...rest })).toEqual(STATE);
  expect(looks).toEqual([false, true, false, true]);
});

test("all that a machine cannot give is told at once, on preview too", async () => {
  const lacking = {
    memoryMiB: 1000,
    portsInUse: [{ port: 20501, by: "container nginx" }],
    mountPointsInUse: [{ path: "/mnt/scratch/alluxio", by: "server:/export (nfs4)" }],
  };
  const { kind } = world(lacking);
  const acts = [
    kind.preview({ name: "p", news: INPUTS, state: undefined }),
    kind.create({ name: "p", news: INPUTS, ...rest }),
    kind.update({ state: INPUTS, news: INPUTS, ...rest }),
  ];
  for (const { status, reason } of (await Promise.allSettled(acts)) as PromiseRejectedResult[]) {
    expect(status).toBe("rejected");
    expect(reason).toBeInstanceOf(UserError);
    expect((reason as Error).message.split("\n")).toEqual([
      "this machine cannot run the cluster (3 reasons), nothing was touched:",
      expect.stringContaining(`  - workers: the cluster may use ${INPUTS.plan.memoryMiB} MiB`),
      expect.stringContaining("  - ports.published: port 20501 of this machine is in use by container nginx"),
      expect.stringContaining("  - mounts[1].mountPoint: server:/export (nfs4) is mounted there already"),
    ]);
  }
});

test("one reason is one reason", async () => {
  const { kind } = world({ memoryMiB: 1 });
  await expect(kind.create({ name: "p", news: INPUTS, ...rest })).rejects.toThrow("(1 reason), nothing was touched");
});

test("an unchanged plan costs no look; a changed one is shown", async () => {
  const { kind, looks } = world();
  expect(kind.diff({ state: INPUTS, oldInputs: INPUTS, news: { ...INPUTS, clusterId: "x", image: "y" } })).toEqual([]);
  const smaller = { ...INPUTS, plan: planCluster(specOf(SMALL)) };
  const paths = kind.diff({ state: INPUTS, oldInputs: INPUTS, news: smaller }).map((change) => change.path);
  expect(paths).toContain("plan.memoryMiB");
  expect(await kind.read({ state: INPUTS, inputs: INPUTS, ...rest })).toEqual({ ...INPUTS, processes: {}, tags: {} });
  await kind.delete({ state: INPUTS, ...rest });
  expect(looks).toEqual([]);
});

describe("processes that run otherwise than declared", () => {
  const KEY = "alluxio.user.file.writetype.default";
  const drifted: Deviations = {
    "job-master": { condition: "paused" },
    "worker-small-1": { properties: { [KEY]: "MUST_CACHE", "alluxio.user.network.reader.chunk.size.bytes": "1MB" } },
    // Not in the plan any more: its container goes in any case.
    "worker-gone-1": { condition: "unhealthy" },
  };
  const state = { ...STATE, processes: drifted };

  test("each is shown by its process and property, with its own kind", () => {
    expect(world().kind.diff({ state, oldInputs: INPUTS, news: INPUTS })).toEqual([
      { path: 'processes["job-master"].condition', kind: "update" },
      { path: `processes["worker-small-1"].properties["${KEY}"]`, kind: "update" },
      {
        path: 'processes["worker-small-1"].properties["alluxio.user.network.reader.chunk.size.bytes"]',
        kind: "delete",
      },
    ]);
  });

  test("a look keeps only what deviates; a state of 0.1.0, which knows of none, counts as declared", async () => {
    const { kind } = world({}, drifted);
    expect((await kind.read({ state: INPUTS, inputs: INPUTS, ...rest }))?.processes).toEqual(drifted);
    expect(kind.diff({ state: INPUTS, oldInputs: INPUTS, news: { ...INPUTS, tags: TAGS } })).toEqual([]);
  });

  test("a preview foresees the generations that an update gives, and nothing else of them changes", async () => {
    const { kind } = world();
    const before = {
      ...state,
      plan: { ...INPUTS.plan, generations: { "job-master": 2, proxy: 1, "worker-gone-1": 1 } },
    };
    const expected = {
      ...STATE,
      plan: { ...INPUTS.plan, generations: { "job-master": 3, proxy: 1, "worker-small-1": 1 } },
    };
    expect(await kind.preview({ name: "p", news: INPUTS, state: before })).toEqual(expected);
    expect(await kind.update({ state: before, news: INPUTS, ...rest })).toEqual(expected);
  });

  test("where they cannot be looked at, the last state stays, with the reason", async () => {
    const failing = world({}, new UserError("Docker does not answer")).kind;
    const error: unknown = await failing.read({ state, inputs: INPUTS, ...rest }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Unhealthy);
    expect(error).toMatchObject({
      message: "the processes cannot be looked at: Docker does not answer",
      snapshot: { id: rest.id, state },
    });
    await expect(world({}, new TypeError("oops")).kind.read({ state, inputs: INPUTS, ...rest })).rejects.toThrow(
      "oops",
    );
  });

  test("an impostor is named, with what to do, before anything is touched", async () => {
    const impostor = { container: "dev-proxy-3f9c", id: "0123456789abcdef", image: "nginx" };
    const { kind, looks } = world();
    const taken = { ...STATE, processes: { proxy: { condition: "impostor", impostor } } } as const;
    expect(kind.diff({ state: taken, oldInputs: INPUTS, news: INPUTS })).toEqual([
      { path: 'processes["proxy"].condition', kind: "update" },
    ]);
    for (const act of [
      kind.preview({ name: "p", news: INPUTS, state: taken }),
      kind.update({ state: taken, news: INPUTS, ...rest }),
    ]) {
      await expect(act).rejects.toThrow(
        "  - proxy: container dev-proxy-3f9c (id 0123456789ab, image nginx) does not bear this cluster's id, and is left alone.",
      );
    }
    expect(looks).toEqual([]);
  });

  test("a tag that has moved is shown with both images, and given back", async () => {
    const { kind, acts } = world();
    const news = { ...INPUTS, tags: TAGS };
    const moved = (await kind.read({ state: STATE, inputs: news, ...rest }))!;
    expect(moved.tags).toEqual({ "alluxio/alluxio:2.9.4": "sha256:2" });
    expect(kind.diff({ state: moved, oldInputs: news, news })).toEqual([
      { path: 'tags["alluxio/alluxio:2.9.4"]', kind: "update" },
    ]);
    const after = await kind.update({ state: moved, news, ...rest });
    expect([after.tags, acts]).toEqual([TAGS, ["alluxio/alluxio:2.9.4 → sha256:1"]]);
    expect(kind.diff({ state: after, oldInputs: news, news })).toEqual([]);
  });
});
