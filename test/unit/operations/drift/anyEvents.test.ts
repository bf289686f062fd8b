import fc from "fast-check";
import { renderDrift } from "../../../../cli/renderDrift";
import { driftOf, exitCodeOf } from "../../../../operations/drift/drift";
import { EngineEvents } from "../../../../operations/drift/engineEvents";
import { segmentsOf } from "../../../../operations/drift/values";
import { changesBetween } from "../../../../provider/rpc/changes";
import { eventsOf, runOf, type Resource } from "./events";

const TYPES = [
  "docker:index/container:Container",
  "docker:index/network:Network",
  "alluxio:index:Preflight",
  "alluxio:index:Membership",
  "alluxio:index:FuseMount",
  "alluxio:index:DataVolume",
  "alluxio:hosts:Configuration",
  "alluxio:hosts:Service",
  "alluxio:hosts:Release",
  "kubernetes:core/v1:Service",
];
const KEYS = ["workers", "containers", "processes", "files", "condition", "mustRun", "unit", "host", "presence"];

const name = fc.oneof(fc.constantFrom("small-1", "a b", 'quo"te', "/etc/x", "__proto__", "mustRun"), fc.string());
const leaf = fc.oneof(
  fc.constantFrom("running", "missing", "absent", "", "older"),
  fc.boolean(),
  fc.nat(),
  fc.constant(null),
);
const value = fc.oneof(
  leaf,
  fc.dictionary(name, fc.oneof(leaf, fc.dictionary(name, leaf, { maxKeys: 2 })), { maxKeys: 3 }),
);
const properties = fc.dictionary(fc.constantFrom(...KEYS), value, { maxKeys: 4 });

/** Whatever an engine might say of a resource, as far as it is consistent: the paths that differ are those that do. */
const resource: fc.Arbitrary<Omit<Resource, "name">> = fc
  .record({
    type: fc.constantFrom(...TYPES),
    inputs: properties,
    seen: fc.option(properties, { freq: 5 }),
    initErrors: fc.oneof(
      { weight: 5, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.array(fc.string(), { minLength: 1 }) },
    ),
    op: fc.constantFrom("same", "update", "replace", "create", "delete", "refresh", "no such step"),
  })
  .map(({ inputs, seen, ...rest }) => {
    if (seen === null) return { ...rest, inputs, seen, paths: [] };
    const outputs = { ...inputs, ...seen };
    return { ...rest, inputs, seen, paths: changesBetween(inputs as never, outputs as never).map(({ path }) => path) };
  });
const resources = fc
  .array(resource, { maxLength: 8 })
  .map((all) => all.map((one, i): Resource => ({ ...one, name: `r${i}` })));

test("every difference that a look has seen is told exactly once, and nothing is told that it has not seen", () => {
  fc.assert(
    fc.property(resources, fc.boolean(), (all, succeeded) => {
      const report = driftOf("dev", runOf(all, { succeeded }));
      const listed = [
        ...report.findings.flatMap(({ kind, properties: differing, resources: of }) =>
          kind === "unreachable"
            ? of.map((one) => `${one.name} unreachable`)
            : differing.map(({ resource: of1, path }) => `${of1} ${path}`),
        ),
        ...report.settled.flatMap(({ name: of, paths }) =>
          paths.length === 0 ? [`${of} gone`] : paths.map((path) => `${of} ${path}`),
        ),
        // What is gone as a whole has no property; its finding names the resource.
        ...all
          .filter(
            ({ name: of, seen }) =>
              seen === null && report.findings.some(({ resources: by }) => by.some((one) => one.name === of)),
          )
          .map(({ name: of }) => `${of} gone`),
      ];
      const seen = all.flatMap(({ name: of, seen: sight, initErrors = [], paths = [] }) => {
        if (sight === null) return [`${of} gone`];
        return initErrors.length > 0 ? [`${of} unreachable`] : paths.map((path) => `${of} ${path}`);
      });
      expect(listed.sort()).toEqual(seen.sort());
      expect(exitCodeOf(report)).toBe(report.coverage.complete ? Number(report.drifted) : 2);
    }),
  );
});

test("no event is too strange", () => {
  const junk = fc.oneof(
    fc.jsonValue(),
    fc.record({ resourcePreEvent: fc.jsonValue(), resOutputsEvent: fc.jsonValue(), diagnosticEvent: fc.jsonValue() }),
    resources.chain((all) => {
      const events = eventsOf(all);
      return events.length === 0 ? fc.constant({}) : fc.constantFrom(...events);
    }),
  );
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          junk.map((one) => JSON.stringify(one)),
          fc.string(),
        ),
      ),
      fc.boolean(),
      (lines, succeeded) => {
        const events = new EngineEvents();
        for (const line of lines) events.line(line);
        const report = driftOf("dev", events.run(succeeded));
        expect(renderDrift(report, { colors: false })).toMatch(/^●/);
        expect(JSON.parse(JSON.stringify(report))).toEqual(report);
      },
    ),
    { numRuns: 50 },
  );
});

test("a path that this provider has written is read as what it was", () => {
  const key = fc.string({ minLength: 1 });
  fc.assert(
    fc.property(key, key, (outer, inner) => {
      const [change] = changesBetween({ [outer]: { [inner]: 1 } }, { [outer]: { [inner]: 2 } });
      expect(segmentsOf(change!.path)).toEqual([outer, inner]);
    }),
  );
});

test.each([
  ["a.b[0].c", ["a", "b", 0, "c"]],
  ['a["b.c"][1]', ["a", "b.c", 1]],
  ["driverOpts.size", ["driverOpts", "size"]],
  ["no [path", ["no [path"]],
  ["", []],
])("the path %s", (path, segments) => expect(segmentsOf(path)).toEqual(segments));
