import type { Surroundings } from "../../../components/plan/check";
import { planCluster } from "../../../components/plan/planCluster";
import { preflight, type PreflightInputs } from "../../../provider/resources/preflight";
import { UserError } from "../../../provider/rpc/resource";
import { RICH, SMALL, specOf } from "../../support/specs";
import { notes } from "./fakes";

const INPUTS: PreflightInputs = {
  plan: planCluster(specOf({ ...RICH, ports: { published: 20500 } })),
  clusterId: "3f9c2ab1d4e5aa00",
  image: "sha256:1",
};
const ROOMY: Surroundings = { memoryMiB: 100_000, portsInUse: [], mountPointsInUse: [] };

function world(surroundings: Partial<Surroundings> = {}) {
  const looks: boolean[] = [];
  const kind = preflight({
    gather: async (_, running) => {
      looks.push(running);
      return { ...ROOMY, ...surroundings };
    },
  });
  return { kind, looks };
}
const rest = { id: "dev-preflight", timeoutSeconds: 0, progress: notes() };

test("a machine with room: looked at in previews, creates and updates, each time with whether the cluster runs", async () => {
  const { kind, looks } = world();
  await kind.preview({ name: "dev-preflight", news: INPUTS, state: undefined });
  await kind.preview({ name: "dev-preflight", news: INPUTS, state: INPUTS });
  expect(await kind.create({ name: "dev-preflight", news: INPUTS, ...rest })).toEqual({
    id: "dev-preflight",
    state: INPUTS,
  });
  expect(await kind.update({ state: INPUTS, news: INPUTS, ...rest })).toEqual(INPUTS);
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
  expect(await kind.read({ state: INPUTS, inputs: INPUTS, ...rest })).toEqual(INPUTS);
  await kind.delete({ state: INPUTS, ...rest });
  expect(looks).toEqual([]);
});
