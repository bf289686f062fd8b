import { asInMountinfo } from "../../../../provider/hosts/mounts";
import { parseRamdisk } from "../../../../provider/hosts/hostRamdisk";
import { ramdisk, type RamdiskInputs, type RamdiskSight } from "../../../../provider/resources/hosts/ramdisk";
import { Untouched } from "../../../../provider/resources/hosts/onHost";
import { unhealthyOf } from "../fakes";
import { CUT, failing, OFF, ON_HOST, rest } from "./given";

const INPUTS: RamdiskInputs = {
  ...ON_HOST,
  mountPoint: "/mnt/ramdisk",
  sizeMiB: 1024,
  owner: "alluxio",
  group: "alluxio",
  mode: "0770",
  unit: { name: "mnt-ramdisk.mount", text: "[Mount]\nWhat=alluxio-3f9c\n" },
  filesystems: ["tmpfs"],
  enabled: true,
};
const { sizeMiB, owner, group, mode, filesystems, enabled } = INPUTS;
const FINE: RamdiskSight = { sizeMiB, owner, group, mode, filesystems, enabled, unitText: INPUTS.unit.text };
const NONE: RamdiskSight = { filesystems: [], enabled: false, unitText: "" };

/** A host on which an apply leads to `after`. */
function world(before: RamdiskSight, { after = FINE, errors = [] }: { after?: RamdiskSight; errors?: Error[] } = {}) {
  let seen = before;
  const acts: string[] = [];
  const kind = ramdisk({
    observe: failing(errors, () => seen),
    apply: async (_, mayGiveUp) => {
      await failing(errors, () => undefined)();
      acts.push(mayGiveUp ? "apply, and may give up" : "apply");
      seen = after;
    },
    remove: async () => ["/mnt/ramdisk"],
  });
  return { kind, acts };
}
const create = ({ kind }: ReturnType<typeof world>) => kind.create({ name: "r", news: INPUTS, ...rest() });
const read = ({ kind }: ReturnType<typeof world>) =>
  kind.read({ id: "blue4:/mnt/ramdisk", state: INPUTS, inputs: INPUTS, ...rest() });

test("made, it is what was declared", async () => {
  expect(await create(world(NONE))).toEqual({ id: "blue4:/mnt/ramdisk", state: INPUTS });
});

test("only where the spec has changed it may give up what does not fit: not where no state knows it", async () => {
  const machine = world(FINE);
  await create(machine);
  await machine.kind.update({ id: "blue4:/mnt/ramdisk", state: INPUTS, news: INPUTS, ...rest() });
  expect(machine.acts).toEqual(["apply", "apply, and may give up"]);
});

test.each<[string, Partial<RamdiskSight>, string[]]>([
  ["as declared", {}, []],
  ["of another size", { sizeMiB: 512 }, ["sizeMiB"]],
  ["somebody else's", { owner: "root", mode: "0777" }, ["owner", "mode"]],
  ["not mounted", NONE, ["filesystems", "unit.text", "enabled"]],
  ["of another type: its size says nothing", { filesystems: ["ramfs"], sizeMiB: 0 }, ["filesystems"]],
  ["stacked", { filesystems: ["tmpfs", "tmpfs"], sizeMiB: 1 }, ["filesystems"]],
  ["with another unit", { unitText: "x" }, ["unit.text"]],
  ["not at the next boot", { enabled: false }, ["enabled"]],
])("read %s", async (_, sight, paths) => {
  const machine = world({ ...FINE, ...sight });
  const state = (await read(machine))!;
  expect(machine.kind.diff({ state, oldInputs: INPUTS, news: INPUTS }).map(({ path }) => path)).toEqual(paths);
  expect(machine.acts).toEqual([]);
});

test("another mount point is another ramdisk, another size is not", () => {
  const news = { ...INPUTS, mountPoint: "/mnt/other", sizeMiB: 1 };
  expect(world(FINE).kind.diff({ state: INPUTS, oldInputs: INPUTS, news })).toEqual([
    { path: "mountPoint", kind: "update", replace: true },
    { path: "sizeMiB", kind: "update" },
  ]);
});

test("a host that is off keeps the last state, and says why", async () => {
  const unhealthy = await unhealthyOf(read(world(FINE, { errors: [OFF] })));
  expect(unhealthy.snapshot).toEqual({ id: "blue4:/mnt/ramdisk", state: INPUTS });
  expect(unhealthy.message).toBe("blue4:/mnt/ramdisk cannot be looked at: host blue4 refuses connections");
});

test("what is cut off half-way stays in the state; what was refused or never begun does not", async () => {
  expect((await unhealthyOf(create(world(NONE, { errors: [CUT] })))).snapshot?.state).toMatchObject({
    filesystems: [],
  });
  for (const error of [OFF, new Untouched("not ours")])
    await expect(create(world(NONE, { errors: [error] }))).rejects.toBe(error);
});

test("what does not become as declared is an error that names the properties", async () => {
  const failed = await unhealthyOf(create(world(NONE, { after: { ...FINE, sizeMiB: 1023.5 } })));
  expect(failed.message).toContain("is still not as it should be: sizeMiB");
});

test("what has to stay at the end is said", async () => {
  const given = rest();
  await world(FINE).kind.delete({ id: "x", state: INPUTS, ...given });
  expect(given.progress.said).toEqual(["warning: blue4: /mnt/ramdisk stays: something is in it"]);
});

test.each([
  ["mountPoint", { mountPoint: "mnt" }],
  ["mountPoint", { mountPoint: "/mnt/../etc" }],
  ["mountPoint", { mountPoint: "/mnt/a\nb" }],
  ["unit", { unit: { name: "a/b.mount", text: "" } }],
  ["unit", { unit: { name: "a.service", text: "" } }],
  ["clusterId", { clusterId: "../.." }],
])("check refuses a wrong %s: %j", async (property, wrong) => {
  const { kind } = world(FINE);
  const failures = await kind.check({ olds: undefined, news: { ...INPUTS, ...wrong }, ...rest() });
  expect(failures.map((failure) => failure.property)).toEqual([property]);
  expect(await kind.check({ olds: undefined, news: INPUTS, ...rest() })).toEqual([]);
});

test("the probe's answer: only what is mounted at this very path, by number where it is declared so", () => {
  const line = (path: string, type: string): string => `1 2 0:9 / ${path} rw - ${type} x rw\n`;
  const path = "/mnt/ram disk\\x";
  const text =
    line(asInMountinfo(path), "ramfs") +
    line(asInMountinfo(path), "tmpfs") +
    line("/mnt/ram", "tmpfs") +
    "size 512 4096\nowner alluxio 990 root 0 770\nenabled yes\nunit eAo=\n";
  expect(parseRamdisk(text, { ...INPUTS, mountPoint: path, owner: "990", group: "root" })).toEqual({
    ...{ filesystems: ["ramfs", "tmpfs"], sizeMiB: 2, owner: "990", group: "root", mode: "0770" },
    ...{ enabled: true, unitText: "x\n" },
  });
  expect(parseRamdisk("enabled no\nunit \nowner root 0 root 0 755\n", INPUTS)).toEqual(NONE);
});
