import { mountRoot, type MountRootInputs } from "../../../provider/resources/mountRoot";
import { notes } from "./fakes";

const INPUTS: MountRootInputs = {
  clusterId: "3f9c2ab1d4e5aa00",
  path: "/mnt/alluxio/dev-3f9c",
  mountPoints: ["/mnt/alluxio/dev-3f9c/data"],
  image: "sha256:1",
  shared: true,
};

function world({ shared }: { shared: boolean }) {
  const acts: string[] = [];
  const kind = mountRoot({
    share: async ({ path }) => void acts.push(`share ${path}`),
    isShared: async () => shared,
    unshare: async ({ path }) => void acts.push(`unshare ${path}`),
  });
  return { kind, acts };
}
const rest = { id: INPUTS.path, timeoutSeconds: 0, progress: notes() };

test("create shares it", async () => {
  const { kind, acts } = world({ shared: false });
  expect(await kind.create({ name: "r", news: INPUTS, ...rest })).toEqual({ id: INPUTS.path, state: INPUTS });
  expect(acts).toEqual(["share /mnt/alluxio/dev-3f9c"]);
});

test.each([
  [true, []],
  [false, [{ path: "shared", kind: "update" }]],
])("read while shared is %s", async (shared, changes) => {
  const { kind, acts } = world({ shared });
  const state = (await kind.read({ state: INPUTS, inputs: INPUTS, ...rest }))!;
  expect(state).toEqual({ ...INPUTS, shared });
  expect(kind.diff({ state, oldInputs: INPUTS, news: INPUTS })).toEqual(changes);
  expect(acts).toEqual([]);
});

test("another path is another root; more mount points are made in this one; another image changes nothing", () => {
  const { kind } = world({ shared: true });
  const diff = (news: Partial<MountRootInputs>) =>
    kind.diff({ state: INPUTS, oldInputs: INPUTS, news: { ...INPUTS, ...news } });
  expect(diff({ path: "/mnt/other" })).toEqual([{ path: "path", kind: "update", replace: true }]);
  expect(diff({ mountPoints: [...INPUTS.mountPoints, "/mnt/alluxio/dev-3f9c/data2"] })).toEqual([
    { path: "mountPoints", kind: "update" },
  ]);
  expect(diff({ image: "sha256:2" })).toEqual([]);
});

test("update shares again, delete gives back", async () => {
  const { kind, acts } = world({ shared: false });
  expect(await kind.update({ state: { ...INPUTS, shared: false }, news: INPUTS, ...rest })).toEqual(INPUTS);
  await kind.delete({ state: INPUTS, ...rest });
  expect(acts).toEqual(["share /mnt/alluxio/dev-3f9c", "unshare /mnt/alluxio/dev-3f9c"]);
});
