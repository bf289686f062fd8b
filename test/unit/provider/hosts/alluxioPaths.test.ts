import { alluxioPaths, type AlluxioPathsInputs } from "../../../../provider/resources/hosts/alluxioPaths";
import { UserError } from "../../../../provider/rpc/resource";
import { rest } from "./given";

const INPUTS: AlluxioPathsInputs = {
  clusterId: "3f9c2ab1d4e5aa00",
  masters: ["blue4"],
  masterWebPort: 19999,
  installation: { prefix: "/opt/alluxio", user: "alluxio", group: "alluxio" } as AlluxioPathsInputs["installation"],
  paths: ["/data", "/data/sets"],
};

/** An Alluxio that, as the real one does, refuses to make what is there. */
function world(...there: string[]) {
  const acts: string[] = [];
  const kind = alluxioPaths({
    present: async ({ paths }) => paths.filter((path) => there.includes(path)),
    make: async ({ paths }) => {
      acts.push(paths.join(" "));
      const twice = paths.find((path) => there.includes(path));
      if (twice !== undefined) throw new UserError(`path already exists: ${twice}`);
      there.push(...paths);
    },
  });
  return { kind, acts };
}

test.each<[string[], string[]]>([
  [[], ["/data /data/sets"]],
  [["/data"], ["/data/sets"]],
  [["/data", "/data/sets"], []],
])("where %j are there, what is missing is made: %j", async (there, made) => {
  const fresh = world(...there);
  expect(await fresh.kind.create({ name: "p", news: INPUTS, ...rest() })).toEqual({ id: "p", state: INPUTS });
  expect(fresh.acts).toEqual(made);
  const lost = world(...there);
  const state = { ...INPUTS, paths: there };
  expect(await lost.kind.update({ id: "p", state, news: INPUTS, ...rest() })).toEqual(INPUTS);
  expect(lost.acts).toEqual(made);
});

test("nothing is made while no master could tell what is there", async () => {
  const kind = alluxioPaths({ present: async () => undefined, make: () => Promise.reject(new Error("asked")) });
  await expect(kind.create({ name: "p", news: INPUTS, ...rest() })).rejects.toThrow("no master leads");
});
