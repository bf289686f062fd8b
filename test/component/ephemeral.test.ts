import { ephemeralLabels, type Ephemeral } from "../../components/plan/ephemeral";
import { RICH } from "../support/specs";
import { CLUSTER_ID, IMAGE_ID, make, startMocks, type Made, type Registered } from "./world";

const EPHEMERAL: Ephemeral = { name: "t", expires: 1_700_000_000, maker: "here:1:1" };
const LABELS = ephemeralLabels(EPHEMERAL);

let ordinary: Made;
let ephemeral: Made;
beforeAll(async () => {
  await startMocks();
  ordinary = await make(RICH);
  ephemeral = await make(RICH, IMAGE_ID, EPHEMERAL);
});

const of = (made: Made, type: RegExp): Registered[] => made.resources.filter((resource) => type.test(resource.type));

/** Labels of a resource, whether a list of pairs or a record. */
function labelsOf({ inputs }: Registered): Record<string, string> {
  const { labels } = inputs as { labels?: { label: string; value: string }[] | Record<string, string> };
  if (!Array.isArray(labels)) return labels ?? {};
  return Object.fromEntries(labels.map(({ label, value }) => [label, value]));
}

test("it has the resources of an ordinary one, and no others", () => {
  const names = ({ resources }: Made): string[] => resources.map(({ type, name }) => `${type} ${name}`).sort();
  expect(names(ephemeral)).toEqual(names(ordinary));
});

test("everything that can bears whose it is and when it ends, mounts in their ledger", () => {
  const bearing = /^docker:index\/(container|network|volume)|:(DataVolume|MountRoot)$/;
  expect(of(ephemeral, bearing)).toHaveLength(23);
  for (const resource of of(ephemeral, bearing)) {
    expect([resource.name, labelsOf(resource)]).toEqual([resource.name, expect.objectContaining(LABELS)]);
  }
  const [provider] = of(ephemeral, /^pulumi:providers:alluxio$/);
  expect(provider?.inputs).toEqual({ labels: JSON.stringify(LABELS) });
  for (const resource of of(ordinary, /./)) {
    expect(Object.keys(labelsOf(resource)).filter((label) => label in LABELS)).toEqual([]);
  }
});

test("its containers end at the expiry, those that serve a mount take it along, and so do those that look after it", () => {
  const containers = of(ephemeral, /:Container$/);
  expect(containers).toHaveLength(13);
  for (const { name, inputs } of containers) {
    const [, , script, expires, mountPoint] = inputs["entrypoints"] as string[];
    const served = (inputs["command"] as string[])[0] === "fuse" ? (inputs["command"] as string[])[2] : "";
    expect([name, inputs["restart"], expires, mountPoint]).toEqual([name, "on-failure", "1700000000", served]);
    expect(script).toMatch(/exec timeout -k 10 "\$left" \/entrypoint\.sh "\$@"/);
  }
  const ends = (type: RegExp): unknown[] => of(ephemeral, type).map(({ inputs }) => inputs["expires"]);
  expect(ends(/:FuseMount$/)).toEqual([1_700_000_000, 1_700_000_000]);
  expect(of(ephemeral, /:JournalMember$/).map(({ inputs }) => (inputs["entrypoint"] as string[])[3])).toEqual([
    "1700000000",
    "1700000000",
  ]);
});

test("an ordinary one has none of it", () => {
  for (const { inputs } of ordinary.resources) {
    expect(["entrypoint", "entrypoints", "expires"].filter((key) => inputs[key] !== undefined)).toEqual([]);
  }
  expect(of(ordinary, /^pulumi:providers:alluxio$/).map(({ inputs }) => inputs)).toEqual([{}]);
  expect(of(ordinary, /:Container$/).map(({ inputs }) => inputs["restart"])).toEqual(
    Array.from({ length: 13 }, () => "unless-stopped"),
  );
  expect(labelsOf(of(ordinary, /:Network$/)[0]!)).toMatchObject({ "alluxio.cluster-id": CLUSTER_ID });
});
