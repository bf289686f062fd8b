import { planCluster } from "../../../components/plan/planCluster";
import type { ClusterConfig } from "../../../components/spec/config";
import { changeGuard, type ChangeGuardInputs } from "../../../provider/resources/changeGuard";
import { UNKNOWN } from "../../../provider/rpc/values";
import { CLUSTER_ID_LABEL, OWNER_LABEL } from "../../../provider/transports/docker";
import { SMALL, specOf } from "../../support/specs";
import { notes } from "./fakes";

const OWNER = "0123456789abcdef";
const inputsOf = (config: ClusterConfig, confirm: string[] = []): ChangeGuardInputs => ({
  plan: planCluster(specOf(config)),
  confirm,
  owner: OWNER,
});
const BEFORE = inputsOf(SMALL);

/** A Docker with the volumes that an earlier life of the stack has kept: name → cluster id. */
function world(kept: Record<string, string> = {}) {
  const asked: string[] = [];
  const kind = changeGuard({
    volumes: async (label) => {
      asked.push(label);
      return Object.entries(kept).map(([name, id]) => ({ name, labels: { [CLUSTER_ID_LABEL]: id } }));
    },
  });
  return { kind, asked, progress: notes() };
}

describe("check", () => {
  const check = async (news: ChangeGuardInputs, olds: ChangeGuardInputs | undefined = BEFORE) => {
    const { kind, progress } = world();
    const failures = await kind.check({ olds, news, progress });
    return { refusals: failures.map(({ property, reason }) => `${property}: ${reason}`), said: progress.said };
  };
  const elsewhere = (confirm?: string[]) => inputsOf({ ...SMALL, underStorage: { path: "/nfs/data" } }, confirm);

  test("a new cluster, and one that does not change, have nothing to confirm", async () => {
    const { kind, progress } = world();
    expect(await kind.check({ olds: undefined, news: BEFORE, progress })).toEqual([]);
    expect(await check(BEFORE)).toEqual({ refusals: [], said: [] });
  });

  test("every loss is refused, each with the line that would confirm it", async () => {
    const { refusals } = await check(elsewhere());
    expect(refusals).toEqual([
      expect.stringMatching(
        /^plan: data loss: root under storage .*→\/nfs\/data: .*\. To accept it, add to the spec: confirm: \["root under storage .*→\/nfs\/data @[0-9a-f]{4}"\]$/,
      ),
      expect.stringMatching(
        /^plan: data loss: remove under-storage: .* confirm: \["remove under-storage @[0-9a-f]{4}"\]$/,
      ),
    ]);
  });

  test("with the printed lines it passes, and says what is lost", async () => {
    const { refusals } = await check(elsewhere());
    const lines = refusals.map((text) => (JSON.parse(/confirm: (\[.*\])$/.exec(text)![1]!) as string[])[0]!);
    const accepted = await check(elsewhere(lines));
    expect(accepted.refusals).toEqual([]);
    expect(accepted.said).toHaveLength(2);
    expect(accepted.said[1]).toMatch(/^warning: data loss: remove under-storage: it holds every persisted file$/);
    expect((await check(elsewhere(lines.slice(0, 1)))).refusals).toHaveLength(1);
  });

  test("lines for another state are refused, and named as what nothing asks for", async () => {
    const stale = "remove under-storage @zzzz";
    const { refusals, said } = await check(elsewhere([stale]));
    expect(refusals).toHaveLength(2);
    expect(said).toEqual([`warning: confirm holds "${stale}", which nothing asks for: remove it`]);
  });

  test("a loss of cache is a warning", async () => {
    const { refusals, said } = await check(inputsOf({ ...SMALL, workers: [{ name: "small", ramdisk: "128MB" }] }));
    expect(refusals).toEqual([]);
    expect(said).toEqual([
      "warning: cache loss: shrink ramdisk-small-1 256MB→128MB: what it caches is read from the under storage again",
    ]);
  });

  test("what cannot work offers no confirmation", async () => {
    const three = inputsOf({ ...SMALL, masters: { count: 3, journal: { keep: true } } });
    const { refusals } = await check(inputsOf({ ...SMALL, masters: { count: 1, journal: { keep: true } } }), three);
    expect(refusals).toHaveLength(1);
    expect(refusals[0]).toContain("masters 3→1");
    expect(refusals[0]).not.toContain("confirm");
  });
});

describe("create", () => {
  test("a random id where nothing was kept", async () => {
    const ids = await Promise.all(
      [world(), world()].map(async ({ kind, asked, progress }) => {
        const { id, state } = await kind.create({ name: "g", news: BEFORE, timeoutSeconds: 0, progress });
        expect(state).toEqual({ ...BEFORE, clusterId: id, formedWith: 1 });
        expect(asked).toEqual([`${OWNER_LABEL}=${OWNER}`]);
        return id;
      }),
    );
    expect(ids[0]).toMatch(/^[0-9a-f]{16}$/);
    expect(ids[0]).not.toBe(ids[1]);
  });

  test("the id of what was kept is taken back, and said", async () => {
    const { kind, progress } = world({
      "dev-under-storage-3f9c": "3f9c2ab1d4e5aa00",
      "dev-journal-3f9c": "3f9c2ab1d4e5aa00",
    });
    expect((await kind.create({ name: "g", news: BEFORE, timeoutSeconds: 0, progress })).id).toBe("3f9c2ab1d4e5aa00");
    expect(progress.said).toEqual(["takes back the volumes that this stack had kept (cluster id 3f9c2ab1d4e5aa00)"]);
  });

  test("volumes of two clusters are refused, each named", async () => {
    const { kind, progress } = world({ "dev-a-1111": "1111", "dev-b-2222": "2222" });
    await expect(kind.create({ name: "g", news: BEFORE, timeoutSeconds: 0, progress })).rejects.toThrow(
      "this stack left volumes of 2 clusters, and only those of one can be taken back: " +
        "dev-a-1111 (cluster id 1111), dev-b-2222 (cluster id 2222). Remove those that you do not need with `docker volume rm`",
    );
  });
});

describe("once it exists", () => {
  const STATE = { ...BEFORE, clusterId: "3f9c2ab1d4e5aa00", formedWith: 1 };
  const AFTER = inputsOf({ ...SMALL, masters: { count: 3 } });

  test("its id, and with how many masters it was formed, stay for good", async () => {
    const { kind, asked, progress } = world({ x: "other" });
    const request = { id: STATE.clusterId, state: STATE, news: AFTER, timeoutSeconds: 0, progress };
    expect(await kind.update(request)).toEqual({ ...AFTER, clusterId: STATE.clusterId, formedWith: 1 });
    expect(await kind.preview({ name: "g", news: AFTER, state: STATE })).toMatchObject({
      clusterId: STATE.clusterId,
      formedWith: 1,
    });
    expect(await kind.read({ ...request, inputs: BEFORE })).toEqual(STATE);
    await kind.delete(request);
    expect(asked).toEqual([]);
  });

  test("before, the id is unknown", async () => {
    expect(await world().kind.preview({ name: "g", news: AFTER, state: undefined })).toMatchObject({
      clusterId: UNKNOWN,
      formedWith: 3,
    });
  });

  test("a changed plan is shown property by property", () => {
    const larger = inputsOf({ ...SMALL, heaps: { master: "1GB" } });
    const paths = world().kind.diff({ state: STATE, oldInputs: BEFORE, news: larger });
    expect(paths.map((change) => change.path)).toEqual(["plan.memoryMiB", "plan.processes"]);
    expect(world().kind.diff({ state: STATE, oldInputs: BEFORE, news: BEFORE })).toEqual([]);
  });
});
