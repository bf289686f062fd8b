import { parseHostMount } from "../../../../provider/hosts/hostFuseMount";
import type { Condition } from "../../../../provider/resources/fuseMount";
import {
  hostFuseMount,
  type HostFuseMountInputs,
  type HostMountSight,
} from "../../../../provider/resources/hosts/fuseMount";
import { unhealthyOf } from "../fakes";
import { ON_HOST, rest } from "./given";

const INPUTS: HostFuseMountInputs = {
  ...ON_HOST,
  mountPoint: "/mnt/data",
  owner: "root",
  group: "root",
  mode: "0755",
  unit: { name: "alluxio-fuse-3f9c.service", text: "[Service]\n" },
  enabled: true,
  configDigest: "d1",
  condition: "mounted",
  mountedAt: ["/mnt/data"],
  process: "running",
  readyTimeoutSeconds: 120,
};
const { condition, mountedAt, process, enabled, configDigest } = INPUTS;
const FINE: HostMountSight = { condition, mountedAt, process, enabled, configDigest, unitText: INPUTS.unit.text };

/** @param after what each start leads to, one after the other */
function world(before: Partial<HostMountSight>, after: Condition[] = ["mounted"]) {
  let seen: HostMountSight = { ...FINE, ...before };
  const acts: string[] = [];
  const kind = hostFuseMount({
    observe: async () => seen,
    serve: async (_, anew, strays) => {
      acts.push([anew ? "anew" : "keep", ...strays].join(" "));
      seen = { ...FINE, condition: after.shift() ?? "mounted" };
    },
    ready: async (_, seconds) => {
      acts.push(`${seconds} s`);
      return seen.condition === "mounted";
    },
    journal: async () => "",
    remove: async (_, strays) => {
      acts.push(["remove", ...strays].join(" "));
      return [];
    },
  });
  return { kind, acts };
}
const update = ({ kind }: ReturnType<typeof world>) => kind.update({ id: "x", state: INPUTS, news: INPUTS, ...rest() });

test.each<[string, Partial<HostMountSight>, string[], string[]]>([
  ["mounted", {}, [], ["keep", "45 s"]],
  ["absent", { condition: "absent", process: "stopped" }, ["condition", "process"], ["keep", "45 s"]],
  ["dead", { condition: "dead", process: "failed" }, ["condition", "process"], ["anew", "120 s"]],
  ["stacked", { condition: "stacked" }, ["condition"], ["anew", "120 s"]],
  ["silent", { condition: "silent" }, ["condition"], ["keep", "45 s"]],
  ["elsewhere", { condition: "absent", mountedAt: ["/mnt/b"] }, ["condition", "mountedAt"], ["anew /mnt/b", "120 s"]],
  ["of another unit", { unitText: "x" }, ["unit.text"], ["anew", "120 s"]],
])("%s: told as that, and healed by no more than it takes", async (_, seen, paths, acts) => {
  const machine = world(seen);
  const state = (await machine.kind.read({ id: "x", state: INPUTS, inputs: INPUTS, ...rest() }))!;
  expect(machine.kind.diff({ state, oldInputs: INPUTS, news: INPUTS }).map(({ path }) => path)).toEqual(paths);
  expect([await update(machine), machine.acts]).toEqual([INPUTS, acts]);
});

test("one that stays silent is mounted anew once, and then is an error with the state as it is", async () => {
  const healing = world({ condition: "silent" }, ["silent", "mounted"]);
  await update(healing);
  expect(healing.acts).toEqual(["keep", "45 s", "anew", "120 s"]);
  const red = await unhealthyOf(update(world({ condition: "absent" }, ["absent", "absent"])));
  expect(red.message).toBe(
    "/mnt/data on host blue4 is absent after 120 s. The journal of alluxio-fuse-3f9c.service is empty",
  );
  expect(red.snapshot?.state).toEqual({ ...INPUTS, condition: "absent" });
});

test("taken away together with what is mounted elsewhere", async () => {
  const { kind, acts } = world({});
  await kind.delete({ id: "x", state: { ...INPUTS, mountedAt: ["/mnt/b", "/mnt/data"] }, ...rest() });
  expect(acts).toEqual(["remove /mnt/b"]);
});

const mount = (path: string, type = "fuse.alluxio-fuse"): string => `1 2 0:9 / ${path} rw - ${type} x rw\n`;
test.each<[Condition, string, string[]]>([
  ["mounted", `${mount("/mnt/data")}answer 0\n`, ["/mnt/data"]],
  ["dead", `${mount("/mnt/data")}answer 1\n`, ["/mnt/data"]],
  ["silent", `${mount("/mnt/data")}answer 137\n`, ["/mnt/data"]],
  ["stacked", `${mount("/mnt/data")}${mount("/mnt/data", "tmpfs")}answer 0\n`, ["/mnt/data"]],
  ["absent", `${mount("/mnt/data", "tmpfs")}answer 0\n`, ["/mnt/data"]],
  ["absent", `${mount("/mnt/b")}answer 0\nfuse 7 /mnt/b\n`, ["/mnt/b"]],
  // Moved by hand: its process serves it there.
  ["absent", `${mount("/mnt/b")}answer 0\ndevice 0:9\nfuse 7 /mnt/data\n`, ["/mnt/b"]],
  ["absent", `${mount("/mnt/b", "tmpfs")}answer 0\ndevice 0:9\nfuse 7 /mnt/data\n`, ["/mnt/data"]],
  ["absent", `${mount("/mnt/b")}answer 0\ndevice 0:8\nfuse 7 /mnt/data\n`, ["/mnt/data"]],
  ["absent", `${mount("/mnt/b")}answer 0\ndevice 0:9\n`, ["/mnt/data"]],
  // A copy beside it is somebody's own.
  ["mounted", `${mount("/mnt/data")}${mount("/mnt/b")}answer 0\ndevice 0:9\nfuse 7 /mnt/data\n`, ["/mnt/data"]],
  ["mounted", `${mount("/mnt/data")}answer 0\nfuse 7 /mnt/data\nfuse 8 /mnt/b\n`, ["/mnt/data", "/mnt/b"]],
])("the probe's answer: %s", (seen, text, paths) => {
  expect(parseHostMount(text, "/mnt/data")).toMatchObject({ condition: seen, mountedAt: paths });
});
