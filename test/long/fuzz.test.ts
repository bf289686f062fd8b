import fc from "fast-check";
import { parseSpec } from "../../components/spec/parse";
import { RULES } from "../../components/spec/rules";
import { hostileTexts, hostileValues } from "../support/hostile";
import { dockerConfigs } from "../support/specs";

const seed = Number(process.env["FUZZ_SEED"] ?? Math.floor(Math.random() * 2 ** 31));
const RULE_NAMES = new Set(RULES.map(({ name }) => name));
const RUNS = 20_000;
/** Far beyond what a busy machine needs, and far below what a careless regular expression takes. */
const SLOW_MILLISECONDS = 20_000;
const HOSTILE = Object.keys(hostileValues());
/** Those that throw when somebody looks into them: replacing something within them would be the test's own mistake. */
const CLOSED = new Set(["proxy", "getter"]);

function parses(raw: unknown): void {
  const start = Date.now();
  const { spec, problems } = parseSpec(raw, { stack: "dev" });
  expect(Date.now() - start).toBeLessThan(SLOW_MILLISECONDS);
  if (spec) return;
  expect(problems.length).toBeGreaterThan(0);
  for (const { rule } of problems) expect(RULE_NAMES).toContain(rule);
}

/** Any value anywhere in a valid spec, several times over. */
const strange = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }),
  fc.anything({ withDate: true, withMap: true, withNullPrototype: true, withSparseArray: true, withBigInt: true }),
  fc.constantFrom(...Object.values(hostileTexts(5000))),
  fc.constantFrom(...HOSTILE.filter((name) => !CLOSED.has(name))).map((name) => hostileValues()[name]),
  fc.constantFrom(
    "",
    "__proto__",
    "constructor",
    "1GB",
    "-1",
    "/",
    "a-1",
    "\u0000",
    "\u202e",
    "😀",
    1e308,
    -0,
    2 ** 53,
  ),
);
const mutated = fc
  .tuple(
    dockerConfigs,
    fc.array(fc.tuple(fc.array(fc.nat(30), { maxLength: 5 }), strange), { minLength: 1, maxLength: 5 }),
  )
  .map(([config, changes]) => changes.reduce<unknown>((value, [steps, by]) => replaceAt(value, steps, by), config));

/** Goes down by positions, as far as there is something below. */
function replaceAt(value: unknown, [step, ...rest]: readonly number[], by: unknown): unknown {
  if (step === undefined || typeof value !== "object" || value === null) return by;
  if (Array.isArray(value)) {
    const items: unknown[] = value;
    const at = step % (items.length + 1);
    return [...items.slice(0, at), replaceAt(items[at], rest, by), ...items.slice(at + 1)];
  }
  const keys = Object.keys(value);
  const key = keys.length === 0 ? "new" : keys[step % keys.length]!;
  return { ...value, [key]: replaceAt(Reflect.get(value, key), rest, by) };
}

describe(`no input makes the parser throw (replay with FUZZ_SEED=${seed})`, () => {
  test("anything at all", () => {
    for (const name of CLOSED) parses(hostileValues()[name]);
    fc.assert(fc.property(strange, parses), { numRuns: RUNS, seed });
  }, 600_000);

  test("a valid spec with several places replaced", () => {
    fc.assert(fc.property(mutated, parses), { numRuns: RUNS, seed });
  }, 900_000);
});
