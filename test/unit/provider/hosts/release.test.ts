import { parseRelease } from "../../../../provider/hosts/hostRelease";
import { Untouched } from "../../../../provider/resources/hosts/onHost";
import { release, type ReleaseInputs, type ReleaseSight } from "../../../../provider/resources/hosts/release";
import { unhealthyOf } from "../fakes";
import { CUT, failing, ON_HOST, rest } from "./given";

const SHA256 = "ab".repeat(32);
const INPUTS: ReleaseInputs = {
  ...ON_HOST,
  version: "2.9.4",
  prefix: "/opt/alluxio-3f9c",
  source: { file: "alluxio.tar.gz" },
  sha256: SHA256,
  link: "/opt/alluxio-3f9c/current",
  linked: "/opt/alluxio-3f9c/alluxio-2.9.4",
  changed: [],
};
const FINE: ReleaseSight = { sha256: SHA256, linked: INPUTS.linked, changed: [] };

function world(
  before: Partial<ReleaseSight>,
  { after = FINE, errors = [] }: { after?: ReleaseSight; errors?: Error[] } = {},
) {
  let seen = { ...FINE, ...before };
  return release({
    observe: async () => seen,
    install: failing(errors, () => {
      seen = after;
    }),
    remove: async () => undefined,
  });
}
const create = (kind: ReturnType<typeof world>) => kind.create({ name: "r", news: INPUTS, ...rest() });

test("installed, it is what was declared", async () => {
  expect(await create(world({ sha256: "missing", linked: "" }))).toEqual({
    id: "blue4:/opt/alluxio-3f9c",
    state: INPUTS,
  });
});

test.each<[Partial<ReleaseSight>, string[]]>([
  [{}, []],
  [{ sha256: "missing" }, ["sha256"]],
  [{ linked: "/opt/alluxio-3f9c/alluxio-2.9.3" }, ["linked"]],
  [{ changed: ["assembly/alluxio-server.jar"] }, ["changed"]],
])("read %j", async (seen, paths) => {
  const kind = world(seen);
  const state = (await kind.read({ id: "x", state: INPUTS, inputs: INPUTS, ...rest() }))!;
  expect(state).toEqual({ ...INPUTS, ...seen });
  expect(kind.diff({ state, oldInputs: INPUTS, news: INPUTS }).map(({ path }) => path)).toEqual(paths);
});

test("another version goes beside the old one, another prefix is another release", () => {
  const changes = (news: Partial<ReleaseInputs>) =>
    world({}).diff({ state: INPUTS, oldInputs: INPUTS, news: { ...INPUTS, ...news } });
  expect(changes({ version: "2.9.5" })).toEqual([{ path: "version", kind: "update" }]);
  expect(changes({ prefix: "/opt/x" })).toEqual([{ path: "prefix", kind: "update", replace: true }]);
  // The same tarball, from elsewhere.
  expect(changes({ source: { url: "https://example.org/alluxio.tar.gz" } })).toEqual([]);
});

test("cut off it stays in the state, refused it does not", async () => {
  expect((await unhealthyOf(create(world({}, { errors: [CUT] })))).snapshot?.state).toMatchObject({
    sha256: "missing",
  });
  const refusal = new Untouched("it is somebody else's");
  await expect(create(world({}, { errors: [refusal] }))).rejects.toBe(refusal);
});

test("what somebody goes on changing is an error", async () => {
  const failed = await unhealthyOf(create(world({}, { after: { ...FINE, changed: ["bin/alluxio"] } })));
  expect(failed.message).toContain("is still not as it was packed (changed)");
});

test.each([
  ["sha256", { sha256: "AB" }],
  ["version", { version: "../x" }],
  ["prefix", { prefix: "opt" }],
  ["link", { link: "/" }],
])("check refuses a wrong %s", async (property, wrong) => {
  const failures = await world({}).check({ olds: undefined, news: { ...INPUTS, ...wrong }, ...rest() });
  expect(failures.map((failure) => failure.property)).toEqual([property]);
});

test("the probe's answer", () => {
  expect(parseRelease(`link /opt/a b\nsha256 ${SHA256}\nchanged a b\nchanged c\n`)).toEqual({
    ...{ linked: "/opt/a b", sha256: SHA256, changed: ["a b", "c"] },
  });
  expect(parseRelease("link \n")).toEqual({ linked: "", sha256: "missing", changed: [] });
});
