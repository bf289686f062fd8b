import * as fc from "fast-check";
import { changesBetween } from "../../../provider/rpc/changes";
import { UNKNOWN, type Value } from "../../../provider/rpc/values";

const told = (before: Value | undefined, after: Value | undefined, path?: string): string[] =>
  changesBetween(before, after, path).map((change) => `${change.kind} ${change.path}`);

describe("changesBetween", () => {
  test.each<[string, Value, Value, string[]]>([
    ["nothing", { a: [1, { b: null }] }, { a: [1, { b: null }] }, []],
    ["a leaf", { a: 1 }, { a: 2 }, ["update a"]],
    ["another kind of value", { a: "1" }, { a: 1 }, ["update a"]],
    ["more and less", { a: 1, c: 3 }, { b: 2, c: 3 }, ["delete a", "add b"]],
    ["deep inside", { a: { b: { c: 1 } } }, { a: { b: { c: 2 } } }, ["update a.b.c"]],
    ["a whole record", { a: {} }, { a: { b: { c: 1 } } }, ["add a.b"]],
    ["a list is one value", { a: [1, 2] }, { a: [1, 3] }, ["update a"]],
    ["a record where a list was", { a: [1] }, { a: { 0: 1 } }, ["update a"]],
    ["null is a value", { a: null }, { a: {} }, ["update a"]],
    ["unknown counts as changed, at its own path", { a: { b: 1, c: 1 } }, { a: { b: UNKNOWN, c: 1 } }, ["update a.b"]],
    ["a record that is unknown", { a: { b: 1 } }, { a: UNKNOWN }, ["update a"]],
    ["the order of keys means nothing", { a: 1, b: 2 }, { b: 2, a: 1 }, []],
  ])("%s", (_, before, after, expected) => {
    expect(told(before, after)).toEqual(expected);
  });

  test.each([
    ["small-1", 'workers["small-1"]'],
    ["a.b", 'workers["a.b"]'],
    ["1st", 'workers["1st"]'],
    ["", 'workers[""]'],
    ['say "hi"', String.raw`workers["say \"hi\""]`],
    ["back\\slash", String.raw`workers["back\\slash"]`],
    ["_plain$1", "workers._plain$1"],
  ])("the key %j is written as %s", (key, path) => {
    expect(told({}, { [key]: 1 }, "workers")).toEqual([`add ${path}`]);
  });

  test("a quoted key may come first, and a path goes on after it", () => {
    expect(told({ "small-1": { capacityBytes: 1 } }, { "small-1": { capacityBytes: 2 } })).toEqual([
      'update ["small-1"].capacityBytes',
    ]);
  });

  describe("for any two values", () => {
    const { record } = fc.letrec<{ record: Value; value: Value }>((tie) => ({
      record: fc.dictionary(fc.oneof(fc.constantFrom("a", "b", "c-1"), fc.string({ maxLength: 3 })), tie("value"), {
        maxKeys: 4,
        noNullPrototype: true,
      }),
      value: fc.oneof(
        { depthSize: "small" },
        fc.constantFrom<Value>(null, true, 0, 1, "x", UNKNOWN),
        fc.array(tie("value"), { maxLength: 2 }),
        tie("record"),
      ),
    }));

    test("equal values have no changes", () =>
      fc.assert(
        fc.property(record, (value) => {
          expect(changesBetween(value, copyOf(value))).toEqual([]);
        }),
      ));

    test("following the paths turns the one into the other", () =>
      fc.assert(
        fc.property(record, record, (before, after) => {
          const changes = changesBetween(before, after);
          expect(new Set(changes.map((change) => change.path)).size).toBe(changes.length);
          const result = copyOf(before) as Tree;
          for (const { path, kind } of changes) {
            const keys = parsePath(path);
            expect([valueAt(before, keys) === undefined, valueAt(after, keys) === undefined]).toEqual([
              kind === "add",
              kind === "delete",
            ]);
            put(result, keys, valueAt(after, keys));
          }
          expect(result).toEqual(after);
        }),
      ));
  });
});

/** Reads a path as the engine does: `a.b["c d"]`. */
function parsePath(path: string): string[] {
  const keys = [...path.matchAll(/\.?([A-Za-z_$][\w$]*)|\["((?:[^"\\]|\\.)*)"\]/gsy)];
  expect(keys.map(([text]) => text).join("")).toBe(path);
  return keys.map(([, plain, quoted]) => plain ?? quoted!.replace(/\\(.)/gs, "$1"));
}

type Tree = Record<string, Value>;
const copyOf = (value: Value): Value => JSON.parse(JSON.stringify(value)) as Value;
const own = (tree: Tree, key: string): Value | undefined => (Object.hasOwn(tree, key) ? tree[key] : undefined);

function valueAt(tree: Value, keys: readonly string[]): Value | undefined {
  return keys.reduce<Value | undefined>((at, key) => at && own(at as Tree, key), tree);
}

function put(tree: Tree, keys: readonly string[], value: Value | undefined): void {
  const parent = valueAt(tree, keys.slice(0, -1)) as Tree;
  if (value === undefined) Reflect.deleteProperty(parent, keys.at(-1)!);
  else Object.defineProperty(parent, keys.at(-1)!, { value, enumerable: true, configurable: true, writable: true });
}
