import type { ClusterConfig } from "../../components/spec/config";
import { SPEC_CHANGES, type SpecChange } from "../support/changes";
import { specOf } from "../support/specs";
import { Seal } from "../../provider/sealing";
import { answers, make, startMocks, type Made, type Registered } from "./world";

beforeAll(startMocks);
beforeAll(() => {
  const { publicKey } = new Seal();
  answers.set("alluxio:index:sealingKey", () => ({ publicKey }));
});

const CONTAINER = "docker:index/container:Container";
const VOLUME = "docker:index/volume:Volume";
const byName = (made: Made, type: string): Map<string, Registered> =>
  new Map(made.resources.filter((one) => one.type === type).map((one) => [one.name, one]));

const made = new Map<string, Made>();
/** Each tag is an image of its own. */
async function cluster(config: ClusterConfig): Promise<Made> {
  const key = JSON.stringify(config);
  const known = made.get(key) ?? (await make(config, `sha256:${specOf(config).image}`));
  made.set(key, known);
  return known;
}

/** What becomes of the containers, as far as their inputs tell, and those of the volumes that they use. */
function fateOfContainers(before: Made, after: Made): string[] {
  const [old, now] = [byName(before, CONTAINER), byName(after, CONTAINER)];
  const [oldVolumes, volumes] = [byName(before, VOLUME), byName(after, VOLUME)];
  const remade = new Set(
    [...oldVolumes.values()]
      .filter(({ name, inputs }) => JSON.stringify(volumes.get(name)?.inputs) !== JSON.stringify(inputs))
      .map((volume) => volume.inputs["name"]),
  );
  const differs = (one: Registered, other: Registered): boolean =>
    JSON.stringify(one.inputs) !== JSON.stringify(other.inputs) ||
    (one.inputs["mounts"] as { source: string }[]).some((mount) => remade.has(mount.source));
  const process = (name: string): string => name.replace(/^dev-/, "");
  return [
    ...[...old.keys()].filter((name) => !now.has(name)).map((name) => `stop ${process(name)}`),
    ...[...now].flatMap(([name, one]) => {
      const previous = old.get(name);
      if (!previous) return [`start ${process(name)}`];
      return differs(previous, one) ? [`restart ${process(name)}`] : [];
    }),
  ].sort();
}

/** The part of a consequence that containers show. */
const fatesIn = (row: SpecChange): string[] =>
  row.does.flatMap((line) => /^(?:start|stop|restart): (.*)$/.exec(line)?.[1] ?? []).sort();

/** Under another name it is another cluster, of which no container is the same. */
const OTHER_CLUSTER = /^name$/;
/** One field of those that go the same way: a cluster takes its time to be made. */
const ALIKE =
  /^(version|properties|docker\.host|dataSets\[\]\.name|underStorage\.(uri|options|volume\.keep))$|tiers|^ports\.(?!workerWeb|published)|^heaps\.(?!fuse)/;
const ROWS = SPEC_CHANGES.filter((row) => !OTHER_CLUSTER.test(row.field) && !ALIKE.test(row.field)).map(
  (row, i) => [`${i + 1} ${row.field}`, row] as const,
);

test.each(ROWS)("what the plan says of a change is what happens to the containers: %s", async (_, row) => {
  expect(fateOfContainers(await cluster(row.before), await cluster(row.after))).toEqual(fatesIn(row));
});
