import {
  dataVolume,
  type BackupAccess,
  type DataVolumeInputs,
  type VolumeAccess,
} from "../../../provider/resources/dataVolume";
import { UserError } from "../../../provider/rpc/resource";
import { UNKNOWN } from "../../../provider/rpc/values";
import { CLUSTER_ID_LABEL } from "../../../provider/transports/docker";
import { notes } from "./fakes";

const NAME = "dev-journal-master-1-3f9c";
const ID = "3f9c2ab1d4e5aa00";
const INPUTS: DataVolumeInputs = {
  volumeName: NAME,
  holds: "the journal of master-1",
  clusterId: ID,
  labels: { "alluxio.cluster": "dev" },
  confirm: [],
  presence: "present",
};
const OURS = { [CLUSTER_ID_LABEL]: ID, "alluxio.cluster": "dev" };

type Labels = Readonly<Record<string, string>>;

type Backups = Awaited<ReturnType<BackupAccess["newest"]>>;
const NO_BACKUP: Backups = { directory: "/ufs/.alluxio_backups", newest: "none" };

function world(volumes: Record<string, Labels>, backups = NO_BACKUP, otherJournals: string[] = []) {
  const acts: string[] = [];
  const access: VolumeAccess = {
    volumeLabels: async (name) => volumes[name],
    createVolume: async (name, labels) => {
      acts.push(`create ${name}`);
      volumes[name] ??= labels;
    },
    removeVolume: async (name) => {
      acts.push(`remove ${name}`);
      Reflect.deleteProperty(volumes, name);
    },
  };
  const kind = dataVolume(access, { newest: async () => backups, otherJournals: async () => otherJournals });
  return { kind, acts, volumes, rest: { id: NAME, timeoutSeconds: 0, progress: notes() } };
}

/** The line that a refusal prints, ready to paste. */
function confirmationIn(error: unknown): string {
  expect(error).toBeInstanceOf(UserError);
  const list = /confirm: (\[.*\])/.exec((error as Error).message)?.[1];
  return (JSON.parse(list ?? "[]") as string[])[0] ?? "";
}
const failureOf = (act: () => Promise<unknown>): Promise<unknown> =>
  act().then(
    () => undefined,
    (reason: unknown) => reason,
  );

describe("create", () => {
  test("makes it, with the labels and the cluster id", async () => {
    const { kind, volumes, rest } = world({});
    expect(await kind.create({ name: "v", news: INPUTS, ...rest })).toEqual({ id: NAME, state: INPUTS });
    expect(volumes).toEqual({ [NAME]: OURS });
  });

  test("takes a kept one back, and says so", async () => {
    const { kind, acts, rest } = world({ [NAME]: OURS });
    await kind.create({ name: "v", news: INPUTS, ...rest });
    expect(acts).toEqual([]);
    expect(rest.progress.said).toEqual([`takes back ${NAME} with the journal of master-1`]);
  });

  test.each<[string, Labels]>([
    ["of another cluster", { [CLUSTER_ID_LABEL]: "0000" }],
    ["without labels", {}],
  ])("refuses one %s, and leaves it alone", async (_, labels) => {
    const { kind, acts, rest } = world({ [NAME]: labels });
    const error = await failureOf(() => kind.create({ name: "v", news: INPUTS, ...rest }));
    expect(error).toBeInstanceOf(UserError);
    expect((error as Error).message).toBe(
      `there is a volume ${NAME} that is not of this cluster (it lacks its id), where the journal of master-1 should be. ` +
        "It is left alone: rename or remove it, then try again",
    );
    expect(acts).toEqual([]);
  });
});

describe("read and diff", () => {
  test.each<[string, Record<string, Labels>, string[]]>([
    ["present", { [NAME]: OURS }, []],
    ["missing", {}, ["presence"]],
    ["foreign", { [NAME]: {} }, ["presence"]],
  ])("%s", async (presence, volumes, paths) => {
    const { kind, rest } = world(volumes);
    const state = (await kind.read({ state: INPUTS, inputs: INPUTS, ...rest }))!;
    expect(state).toEqual({ ...INPUTS, presence });
    expect(kind.diff({ state, oldInputs: INPUTS, news: INPUTS }).map((change) => change.path)).toEqual(paths);
  });

  test("another name is another volume; labels and confirmations change nothing", () => {
    const { kind } = world({});
    const diff = (news: Partial<DataVolumeInputs>) =>
      kind.diff({ state: INPUTS, oldInputs: INPUTS, news: { ...INPUTS, ...news } });
    expect(diff({ volumeName: "other" })).toEqual([{ path: "volumeName", kind: "update", replace: true }]);
    expect(diff({ labels: { team: "x" }, confirm: ["x"] })).toEqual([]);
  });

  test("a plan sees what is there now, also where the state says otherwise", async () => {
    expect(await world({}).kind.observe!(INPUTS)).toEqual({ ...INPUTS, presence: "missing" });
  });
});

describe("a volume that is gone", () => {
  const GONE: DataVolumeInputs = { ...INPUTS, presence: "missing" };

  test("is refused on preview and on update, in the same words, and is not made anew", async () => {
    const { kind, acts, rest } = world({});
    const onPreview = await failureOf(() => kind.preview({ name: "v", news: INPUTS, state: GONE }));
    const onUpdate = await failureOf(() => kind.update({ state: GONE, news: INPUTS, ...rest }));
    expect((onPreview as Error).message).toBe((onUpdate as Error).message);
    expect((onPreview as Error).message).toMatch(
      /^volume dev-journal-master-1-3f9c is gone, and with it the journal of master-1\. It is not made anew: .* accept the loss with confirm: \["lose dev-journal-master-1-3f9c @[0-9a-f]{4}"\]\. There is no backup of the journal in \/ufs\/\.alluxio_backups$/,
    );
    expect(acts).toEqual([]);
  });

  const refusal = async (world_: ReturnType<typeof world>, news = INPUTS): Promise<string> => {
    const error = await failureOf(() =>
      world_.kind.preview({ name: "v", news, state: { ...news, presence: "missing" } }),
    );
    return (error as Error).message;
  };

  test("the last backup of the journal is offered, with the lines that restore it", async () => {
    const uri = "/ufs/.alluxio_backups/alluxio-backup-2026-11-22-1795374461598.gz";
    const newest = { uri, writtenAt: new Date(1795374461598) };
    const text = await refusal(world({}, { directory: "/ufs/.alluxio_backups", newest }));
    expect(text).toContain(`The last backup of the journal is ${uri}, of 2026-11-22T19:07:41.598Z.`);
    const [, confirm] = /or accept the loss with (confirm: \[.*?\])/.exec(text)!;
    expect(text).toContain(`\n  ${confirm!}\n  properties: {"alluxio.master.journal.init.from.backup": "${uri}"}\n`);
  });

  test("where backups cannot be seen from here, it says where they are", async () => {
    expect(await refusal(world({}, { directory: "/alluxio_backups" }))).toContain(
      "Backups of the journal are in /alluxio_backups of the root under storage",
    );
  });

  test("other masters that hold the same are named in place of a backup; two of them are a majority of three", async () => {
    const two = await refusal(world({}, NO_BACKUP, ["dev-journal-master-2-3f9c", "dev-journal-master-3-3f9c"]));
    expect(two).toContain("dev-journal-master-2-3f9c and dev-journal-master-3-3f9c hold the same metadata");
    expect(await refusal(world({}, NO_BACKUP, ["dev-journal-master-2-3f9c"]))).toContain("There is no backup");
  });

  test("the under storage has no backup, and none is spoken of", async () => {
    const news = { ...INPUTS, holds: "every persisted file" };
    expect(await refusal(world({}), news)).toMatch(/\["lose [^"]+"\]$/);
  });

  test("is made anew once the printed line stands in the spec", async () => {
    const { kind, volumes, rest } = world({});
    const line = confirmationIn(await failureOf(() => kind.preview({ name: "v", news: INPUTS, state: GONE })));
    const news = { ...INPUTS, confirm: ["remove under-storage @0000", line] };
    expect(await kind.preview({ name: "v", news, state: GONE })).toEqual(news);
    expect(await kind.update({ state: GONE, news, ...rest })).toEqual(news);
    expect(volumes).toEqual({ [NAME]: OURS });
  });

  test("the line is of no use for another volume, another cluster, or a second time", async () => {
    const { kind } = world({});
    const line = confirmationIn(await failureOf(() => kind.preview({ name: "v", news: INPUTS, state: GONE })));
    const others: Partial<DataVolumeInputs>[] = [
      { volumeName: "dev-under-storage-3f9c" },
      { clusterId: "0000" },
      { confirm: [line] },
    ];
    for (const other of others) {
      const state = { ...GONE, ...other };
      const news = { ...state, confirm: [line], presence: "present" as const };
      expect(await failureOf(() => kind.preview({ name: "v", news, state }))).toBeInstanceOf(UserError);
    }
  });

  test("an empty one in its place, which Docker makes for a container, is no replacement", async () => {
    const { kind, acts, rest } = world({ [NAME]: {} });
    const state: DataVolumeInputs = { ...INPUTS, presence: "foreign" };
    const error = await failureOf(() => kind.update({ state, news: INPUTS, ...rest }));
    expect((error as Error).message).toContain("is not of this cluster");
    expect(acts).toEqual([]);
  });
});

test("a preview of a new one asks nothing, also while its name is unknown", async () => {
  const { kind } = world({});
  const news = { ...INPUTS, volumeName: UNKNOWN };
  expect(await kind.preview({ name: "v", news, state: undefined })).toEqual(news);
});

test.each<[string, Record<string, Labels>, string[]]>([
  ["ours", { [NAME]: OURS }, [`remove ${NAME}`]],
  ["gone", {}, []],
  ["foreign", { [NAME]: {} }, []],
])("delete where it is %s", async (_, volumes, expected) => {
  const { kind, acts, rest } = world(volumes);
  await kind.delete({ state: INPUTS, ...rest });
  expect(acts).toEqual(expected);
});
