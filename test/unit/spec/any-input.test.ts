import fc from "fast-check";
import { formatProblems } from "../../../components/spec/format-problems";
import { parseSpec } from "../../../components/spec/parse";
import { RULES } from "../../../components/spec/rules";
import { Size } from "../../../components/spec/size";
import { hostileTexts, hostileValues } from "../../support/hostile";
import { validConfig } from "./arbitraries";
import { VALID } from "./samples";

const RULE_NAMES = new Set(RULES.map((rule) => rule.name));
const STACK = { stack: "dev" };

function holds(raw: unknown, stack: string): void {
  const { spec, problems } = parseSpec(raw, { stack });
  if (spec !== undefined) {
    expect(spec.workers.length).toBeGreaterThan(0);
    return;
  }
  expect(problems.length).toBeGreaterThan(0);
  for (const problem of problems) {
    expect(RULE_NAMES).toContain(problem.rule);
    expect(typeof problem.path).toBe("string");
    expect(problem.message.length).toBeGreaterThan(10);
  }
  expect(formatProblems(problems)).toContain(String(problems.length));
}

/** Every place in a value, as the keys that lead there. */
function placesIn(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  const below = typeof value === "object" && value !== null ? Object.entries(value) : [];
  return [path, ...below.flatMap(([key, item]) => placesIn(item, [...path, key]))];
}

function replaceAt(value: unknown, [key, ...rest]: readonly string[], replacement: unknown): unknown {
  if (key === undefined) return replacement;
  const next = replaceAt(Reflect.get(Object(value), key), rest, replacement);
  if (Array.isArray(value)) return value.map((item: unknown, index) => (String(index) === key ? next : item));
  return { ...Object(value), [key]: next };
}

test("any JSON value is a spec or a list of problems", () => {
  fc.assert(fc.property(fc.jsonValue(), fc.string(), holds), { numRuns: 150 });
});

test("so is any valid config with one value replaced by any other", () => {
  const place = fc.constantFrom(
    ...Object.values(VALID).flatMap((config) => placesIn(config).map((path) => ({ config, path }))),
  );
  const replacement = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom("", " ", "/", "-1", "1GB", "a", "a-1", "hosts", "=", "://", "\n", "__proto__", 1e300, -0, 65536),
  );
  fc.assert(
    fc.property(place, replacement, ({ config, path }, value) => {
      holds(replaceAt(config, path, value), "dev");
    }),
    { numRuns: 300 },
  );
});

test("every valid config parses, keeps what it says, and fills in the rest", () => {
  fc.assert(
    fc.property(validConfig, (config) => {
      const { spec, problems } = parseSpec(config, STACK);
      expect(problems).toBeUndefined();
      expect(spec).toMatchObject({
        target: config.target ?? "docker",
        version: config.version ?? "2.9.4",
        properties: config.properties ?? {},
        labels: config.labels ?? {},
        masters: { count: config.masters?.count ?? 1 },
      });
      expect(spec?.workers.map((group) => group.ramdisk)).toEqual(
        config.workers.map((group) => Size.parse(group.ramdisk)),
      );
      const known = new Set(
        spec?.workers.flatMap((group) =>
          spec.target === "hosts"
            ? group.hosts
            : Array.from({ length: group.count }, (_, index) => `${group.name}-${index + 1}`),
        ),
      );
      for (const mount of spec?.mounts ?? []) {
        expect(mount.workers.length).toBeGreaterThan(0);
        expect(mount.workers.filter((worker) => !known.has(worker))).toEqual([]);
      }
    }),
    { numRuns: 80 },
  );
});

test("parsing is deterministic and leaves its input alone", () => {
  const anything = fc.oneof(
    validConfig,
    fc.jsonValue(),
    fc.record({ workers: fc.jsonValue(), mounts: fc.jsonValue() }),
  );
  fc.assert(
    fc.property(anything, (raw) => {
      const before = JSON.stringify(raw);
      expect(parseSpec(raw, STACK)).toEqual(parseSpec(JSON.parse(before), STACK));
      expect(JSON.stringify(raw)).toBe(before);
    }),
    { numRuns: 60 },
  );
});

test.each(Object.keys(hostileValues()))("a hostile value: %s", (name) => {
  holds(hostileValues()[name], "dev");
  holds({ ...VALID.docker, workers: hostileValues()[name] }, "dev");
  expect(({} as { workers?: unknown }).workers).toBeUndefined();
});

describe("a text of any length takes no time worth mentioning", () => {
  const LENGTH = 20_000;
  const SECONDS = 2;
  const places = [
    "version",
    "image",
    "workers.0.name",
    "workers.0.ramdisk",
    "mounts.0.mountPoint",
    "mounts.0.options.0",
  ];

  test.each([...places, "properties.a", "jvmOptions.0", "underStorage.uri", "labels.team"])("at %s", (place) => {
    for (const [name, text] of Object.entries(hostileTexts(LENGTH))) {
      const start = Date.now();
      holds(replaceAt(VALID.docker, place.split("."), text), "dev");
      expect([name, Date.now() - start < SECONDS * 1000]).toEqual([name, true]);
    }
  });

  test("as a key, and as the name of the stack", () => {
    for (const [name, text] of Object.entries(hostileTexts(LENGTH))) {
      const start = Date.now();
      for (const map of ["labels", "properties", "heaps"]) holds({ ...VALID.docker, [map]: { [text]: "x" } }, "dev");
      holds({ ...VALID.docker, [text]: 1 }, "dev");
      holds({}, text);
      expect([name, Date.now() - start < SECONDS * 1000]).toEqual([name, true]);
    }
  });
});
