import { planCluster } from "../../../components/plan/planCluster";
import type { ClusterConfig } from "../../../components/spec/config";
import type { BackupSight } from "../../../components/plan/foreignJournals";
import type { JournalSight } from "../../../components/plan/lostJournals";
import type { UnpersistedSight } from "../../../components/plan/unpersisted";
import { dockerEarlierLives } from "../../../provider/docker/dockerEarlierLives";
import { changeGuard, type ChangeGuardInputs } from "../../../provider/resources/changeGuard";
import { UNKNOWN } from "../../../provider/rpc/values";
import { CLUSTER_ID_LABEL, CLUSTER_LABEL, OWNER_LABEL } from "../../../provider/transports/docker";
import { SMALL, specOf } from "../../support/specs";
import { notes } from "./fakes";

const OWNER = "0123456789abcdef";
const inputsOf = (config: ClusterConfig, confirm: string[] = []): ChangeGuardInputs => ({
  plan: planCluster(specOf(config)),
  confirm,
  owner: OWNER,
});
const BEFORE = inputsOf(SMALL);

const ALL_PERSISTED: UnpersistedSight = { files: 12, unpersisted: 0, paths: [] };

/**
 * A Docker with the volumes that an earlier life of the stack has kept: name → cluster id.
 * @param cluster what the cluster was called, where it still has containers
 */
function world(kept: Record<string, string> = {}, sight: UnpersistedSight = ALL_PERSISTED, cluster?: string) {
  const asked: string[] = [];
  const kind = changeGuard(
    dockerEarlierLives({
      volumes: async (label) => {
        asked.push(label);
        const called = cluster === undefined ? {} : { [CLUSTER_LABEL]: cluster };
        return Object.entries(kept).map(([name, id]) => ({ name, labels: { [CLUSTER_ID_LABEL]: id, ...called } }));
      },
      containers: async () =>
        cluster === undefined ? [] : [{ id: "1", name: "c", labels: {}, image: "", state: "running", addresses: [] }],
    }),
    {
      unpersisted: async ({ owner }) => {
        asked.push(`files of ${owner}`);
        return sight;
      },
    },
  );
  return { kind, asked, progress: notes() };
}

describe("check", () => {
  const check = async (
    news: ChangeGuardInputs,
    olds: ChangeGuardInputs | undefined = BEFORE,
    sight: UnpersistedSight = ALL_PERSISTED,
  ) => {
    const { kind, asked, progress } = world({}, sight);
    const failures = await kind.check({ olds, news, progress });
    const refusals = failures.map(({ reason }) => reason);
    return { refusals, said: progress.said, asked };
  };
  const elsewhere = (confirm?: string[]) => inputsOf({ ...SMALL, underStorage: { path: "/nfs/data" } }, confirm);

  test("a new cluster, and one that does not change, have nothing to confirm", async () => {
    const { kind, progress } = world();
    expect(await kind.check({ olds: undefined, news: BEFORE, progress })).toEqual([]);
    expect(await check(BEFORE)).toEqual({ refusals: [], said: [], asked: [] });
  });

  test("every loss is refused, each with the line that would confirm it", async () => {
    const { refusals } = await check(elsewhere());
    expect(refusals).toEqual([
      expect.stringMatching(
        /^data loss: root under storage .*→\/nfs\/data: .*\. To accept it, add to the spec: confirm: \["root under storage .*→\/nfs\/data @[0-9a-f]{4}"\]$/,
      ),
      expect.stringMatching(/^data loss: remove under-storage: .* confirm: \["remove under-storage @[0-9a-f]{4}"\]$/),
    ]);
  });

  test("with the printed lines it passes, and says what is lost", async () => {
    const { refusals } = await check(elsewhere());
    const lines = refusals.map((text) => (JSON.parse(/confirm: (\[.*\])$/.exec(text)![1]!) as string[])[0]!);
    const accepted = await check(elsewhere(lines));
    expect(accepted.refusals).toEqual([]);
    expect(accepted.said).toHaveLength(1);
    expect(accepted.said[0]).toMatch(
      /^warning: the change of dev:\n(.*\n)* {2}- data loss: remove under-storage: it holds every persisted file$/m,
    );
    expect((await check(elsewhere(lines.slice(0, 1)))).refusals).toHaveLength(1);
  });

  test("lines for another state are refused, and named as what nothing asks for", async () => {
    const stale = "remove under-storage @zzzz";
    const { refusals, said } = await check(elsewhere([stale]));
    expect(refusals).toHaveLength(2);
    expect(said[0]).toContain("REFUSED, data loss: remove under-storage");
    expect(said.slice(1)).toEqual([`warning: confirm holds "${stale}", which nothing asks for: remove it`]);
  });

  describe("another name", () => {
    const prod = (confirm: string[] = []) => inputsOf({ ...SMALL, name: "prod" }, confirm);
    const checkNew = async (news: ChangeGuardInputs, cluster?: string) => {
      const { kind, progress } = world({ "dev-journal-3f9c": "3f9c2ab1d4e5aa00" }, ALL_PERSISTED, cluster);
      return (await kind.check({ olds: undefined, news, progress })).map(({ reason }) => reason);
    };

    test("is to the engine a new guard: it finds the cluster that lives, and refuses until its loss is confirmed", async () => {
      const [reason] = await checkNew(prod(), "dev");
      expect(reason).toMatch(/^data loss: name dev→prod: .*destroyed with its volumes\. To accept it/);
      const line = (JSON.parse(/confirm: (\[.*\])$/.exec(reason!)![1]!) as string[])[0]!;
      expect(await checkNew(prod([line]), "dev")).toEqual([]);
    });

    test("the same name, and volumes that were kept without a cluster, are no such loss", async () => {
      expect(await checkNew(prod(), "prod")).toEqual([]);
      expect(await checkNew(prod())).toEqual([]);
    });

    test("and takes no volumes of the other over", async () => {
      const { kind, progress } = world({ "dev-journal-3f9c": "3f9c2ab1d4e5aa00" }, ALL_PERSISTED, "dev");
      const { id } = await kind.create({ name: "g", news: prod(), timeoutSeconds: 0, progress });
      expect(id).not.toBe("3f9c2ab1d4e5aa00");
    });
  });

  describe("a loss of cache", () => {
    const smaller = (confirm?: string[]) =>
      inputsOf({ ...SMALL, workers: [{ name: "small", ramdisk: "128MB" }] }, confirm);
    const SOME: UnpersistedSight = { files: 12, unpersisted: 2, paths: ["/a", "/b c"] };

    test("where all is persisted it is a warning, which says how many files were looked at", async () => {
      const { refusals, said, asked } = await check(smaller());
      expect([refusals, asked]).toEqual([[], [`files of ${OWNER}`]]);
      expect(said).toHaveLength(1);
      expect(said[0]).toContain(
        "warning: the change of dev:\n  - cache loss: shrink ramdisk-small-1 256MB→128MB: what it",
      );
      expect(said[0]).toContain("nothing is lost with the caches: of 12 files looked at, each is persisted");
    });

    test("files in the caches alone are named, and refused until this very loss is confirmed", async () => {
      const { refusals } = await check(smaller(), BEFORE, SOME);
      expect(refusals).toEqual([
        expect.stringMatching(/^data loss: give up 2 files not persisted: .*\(\/a, \/b c\)\. To keep them, .*persist/),
      ]);
      const line = (JSON.parse(/confirm: (\[.*\])$/.exec(refusals[0]!)![1]!) as string[])[0]!;
      expect((await check(smaller([line]), BEFORE, SOME)).refusals).toEqual([]);
      const others: UnpersistedSight = { files: 12, unpersisted: 2, paths: ["/a", "/c"] };
      expect((await check(smaller([line]), BEFORE, others)).refusals).toHaveLength(1);
      const none = await check(smaller([line]));
      expect([none.refusals, none.said[1]]).toEqual([[], expect.stringContaining("which nothing asks for")]);
    });

    test("what cannot be told asks for the same confirmation, and says why", async () => {
      const { refusals } = await check(smaller(), BEFORE, { unknown: "no master leads" });
      expect(refusals).toEqual([
        expect.stringMatching(
          /^data loss: give up files that may not be persisted: .*: no master leads\. To accept it/,
        ),
      ]);
    });

    test("no other change costs the question", async () => {
      const other = await check(inputsOf({ ...SMALL, heaps: { worker: "1GB" } }));
      expect([other.refusals, other.asked]).toEqual([[], []]);
      expect(other.said).toEqual([
        "the change of dev:\n  - restart: worker-small-1: JVM options changed\nwhile it is applied:\n" +
          "  - the only worker restarts: reads of what is not cached by a client wait or fail until it is back",
      ]);
    });
  });

  test("what cannot work offers no confirmation", async () => {
    const three = inputsOf({ ...SMALL, masters: { count: 3, journal: { keep: true } } });
    const { refusals } = await check(inputsOf({ ...SMALL, masters: { count: 1, journal: { keep: true } } }), three);
    expect(refusals).toHaveLength(1);
    expect(refusals[0]).toContain("masters 3→1");
    expect(refusals[0]).not.toContain("confirm");
  });

  test("nor what such a change would lose besides", async () => {
    const three = inputsOf({ ...SMALL, masters: { count: 3 } });
    const { refusals } = await check(inputsOf({ ...SMALL, masters: { count: 1 } }), three);
    expect(refusals.map((refusal) => refusal.split(":").slice(0, 2).join(":"))).toEqual(
      expect.arrayContaining(["metadata loss: masters 3→1", "metadata loss: remove journal-master-3"]),
    );
    expect(refusals.join("\n")).not.toContain("confirm");
  });
});

describe("a new one of a stack whose state was lost", () => {
  const check = async (served: string, seen: "there" | "lost" | "never formed", confirm: string[] = []) => {
    const kind = changeGuard(
      { kept: async () => undefined, livingUnderOtherName: async () => [] },
      { unpersisted: async () => ALL_PERSISTED },
      {
        journals: async () => [{ host: "blue4", path: "/var/journal", seen }],
        served: async () => [{ host: "blue4", path: served }],
        backup: async () => undefined,
      },
    );
    const failures = await kind.check({ olds: undefined, news: inputsOf(SMALL, confirm), progress: notes() });
    return failures.map(({ reason }) => reason);
  };

  test("goes on with a journal that is there", async () => {
    expect(await check("/var/journal", "there")).toEqual([]);
  });

  test.each([
    ["/var/journal", "lost", "metadata loss: lose the journal /var/journal on host blue4: "],
    ["/srv/journal", "never formed", "metadata loss: leave the journal /srv/journal on host blue4: "],
  ] as const)("with a master that has served from %s, where one is %s: refused, and confirmed", async (...given) => {
    const [served, seen, refusal] = given;
    const refused = await check(served, seen);
    expect(refused).toEqual([expect.stringContaining(refusal)]);
    const [, line = ""] = /confirm: \[(".*")\]$/.exec(refused[0]!) ?? [];
    expect(await check(served, seen, [JSON.parse(line) as string])).toEqual([]);
  });
});

describe("a new cluster on hosts", () => {
  const check = async (
    seen: JournalSight["seen"],
    backup?: BackupSight,
    confirm: string[] = [],
    olds?: ChangeGuardInputs,
  ) => {
    const foreign = seen === "there" ? { foreign: true, identity: "1001" } : {};
    const kind = changeGuard(
      { kept: async () => undefined, livingUnderOtherName: async () => [] },
      { unpersisted: async () => ALL_PERSISTED },
      {
        journals: async () => [{ host: "a", path: "/j", seen, ...foreign }],
        served: async () => [],
        backup: async () => backup,
      },
    );
    const failures = await kind.check({ olds, news: inputsOf(SMALL, confirm), progress: notes() });
    return failures.map(({ reason }) => reason);
  };
  const backup: BackupSight = { path: "/b.gz", file: { bytes: 812, writtenAt: "2026-11-30T11:00:00.000Z" } };
  const lineIn = (refusal = ""): string => /confirm: \["(.*)"\]$/.exec(refusal)?.[1] ?? "";

  test("goes on with a journal that it has not made only where that is confirmed", async () => {
    const [refusal, ...more] = await check("there");
    expect(refusal).toMatch(/^takeover: take over the journal \/j on host a: /);
    expect(more).toEqual([]);
    expect(await check("there", undefined, [lineIn(refusal)])).toEqual([]);
  });

  test("begins with a backup only where that is confirmed, and reads none where there is a journal", async () => {
    const [refusal, ...more] = await check("never formed", backup);
    expect(refusal).toMatch(/^takeover: begin with the backup \/b\.gz of 2026-11-30T11:00:00\.000Z: /);
    expect(more).toEqual([]);
    expect(await check("never formed", backup, [lineIn(refusal)])).toEqual([]);
    const later = { ...backup, file: { ...backup.file!, writtenAt: "2026-11-30T12:00:00.000Z" } };
    expect(await check("never formed", later, [lineIn(refusal)])).toHaveLength(1);
    expect(await check("there", backup)).toEqual([expect.stringContaining("take over the journal")]);
  });

  test("asks for the same again after a run that has touched nothing, whatever that run was given", async () => {
    for (const [seen, from] of [["there"], ["never formed", backup]] as const) {
      const first = await check(seen, from);
      expect(first).toHaveLength(1);
      for (const given of [[], [lineIn(first[0])]]) {
        expect(await check(seen, from, [], inputsOf(SMALL, given))).toEqual(first);
        expect(await check(seen, from, [lineIn(first[0])], inputsOf(SMALL, given))).toEqual([]);
      }
    }
  });

  test("without either has nothing to confirm", async () => {
    expect(await check("never formed")).toEqual([]);
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
    expect(progress.said).toEqual(["goes on with the volumes that this stack had kept (cluster id 3f9c2ab1d4e5aa00)"]);
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
