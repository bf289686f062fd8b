import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readStackState, withoutPending } from "../../../operations/recovery/stackState";

const RECORDED = readFileSync(join(__dirname, "../../states/0.1.0-dev.json"), "utf8");

const resource = (type: string, name: string, inputs: object, id?: string) => ({
  urn: `urn:pulumi:dev::alluxio::alluxio:docker:Cluster$${type}::${name}`,
  type,
  inputs,
  ...(id === undefined ? {} : { id }),
});

test("of a state that a release wrote: everything of it that Docker has", () => {
  const state = readStackState(RECORDED);
  expect(state.clusterId).toBe("cde43dcba1248f37");
  expect([state.containers.size, state.networks.size, [...state.volumes].sort()]).toEqual([
    8,
    1,
    ["dev-journal-master-1-cde4", "dev-ramdisk-large-1-cde4", "dev-ramdisk-small-1-cde4", "dev-under-storage-cde4"],
  ]);
  const mountPoints = ["/mnt/alluxio/dev-cde4/data", "/mnt/alluxio/dev-cde4/data2"];
  expect([...state.mountPoints].sort()).toEqual(mountPoints);
  expect([...state.servedBy.keys()].sort()).toEqual(mountPoints);
  for (const id of state.servedBy.values()) expect(state.containers).toContain(id);
  expect([state.image, state.hasMounts, state.pending]).toEqual(["@image@", true, []]);
});

test("what was begun is told, its mount points count, and it is not known as made", () => {
  const pending = [
    { type: "creating", resource: resource("alluxio:index:FuseMount", "dev-mount-a", { mountPoint: "/mnt/a" }) },
    { type: "deleting", resource: resource("docker:index/container:Container", "dev-proxy", {}, "c9") },
  ];
  const text = JSON.stringify({
    version: 3,
    deployment: {
      secrets_providers: { type: "passphrase" },
      resources: [resource("docker:index/container:Container", "dev-proxy", {}, "c9")],
      pending_operations: pending,
    },
  });
  const state = readStackState(text);
  expect(state).toMatchObject({
    pending: ["creating dev-mount-a", "deleting dev-proxy"],
    mountPoints: ["/mnt/a"],
    hasMounts: false,
  });
  expect([...state.containers]).toEqual(["c9"]);
  expect(state.clusterId).toBeUndefined();

  const cleaned = JSON.parse(withoutPending(text)) as { deployment: object };
  const { deployment } = JSON.parse(text) as { deployment: object };
  expect(cleaned).toEqual({ version: 3, deployment: { ...deployment, pending_operations: [] } });
});

test.each(['{"version":3,"deployment":{}}', '{"version":3,"deployment":null}', "{}"])(
  "of the empty state %s: nothing",
  (text) => {
    expect(readStackState(text)).toMatchObject({ hasMounts: false, mountPoints: [], pending: [] });
  },
);
