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

describe("what a killed run was making on hosts", () => {
  const GUARD = {
    ...resource("alluxio:index:ChangeGuard", "dev-guard", {}, "g1"),
    outputs: { clusterId: "c1", plan: { target: "hosts" } },
  };
  const PROVIDER = resource("pulumi:providers:alluxio", "dev-alluxio", {}, "p1");
  const made = (type: string, inputs: object, more: object = {}) => ({
    ...resource(`alluxio:hosts:${type}`, "dev-it", { host: "north", ...inputs }),
    ...{ custom: true, provider: `${PROVIDER.urn}::p1`, dependencies: [GUARD.urn] },
    ...more,
  });
  const after = (pending: object, type = "creating") => {
    const text = JSON.stringify({
      deployment: { resources: [GUARD, PROVIDER], pending_operations: [{ type, resource: pending }] },
    });
    const { deployment } = JSON.parse(withoutPending(text)) as {
      deployment: { resources: Record<string, unknown>[]; pending_operations: unknown[] };
    };
    expect(deployment.pending_operations).toEqual([]);
    return deployment.resources.slice(2);
  };

  test("the guard tells the target", () => {
    expect(readStackState(JSON.stringify({ deployment: { resources: [GUARD] } })).target).toBe("hosts");
    expect(readStackState(RECORDED).target).toBe("docker");
  });

  test.each([
    ["System", {}, "north:system"],
    ["Java", { home: "/opt/java" }, "north:/opt/java"],
    ["Release", { prefix: "/opt/alluxio" }, "north:/opt/alluxio"],
    ["Configuration", { files: {} }, "north:dev-it"],
    ["Ramdisk", { mountPoint: "/mnt/ramdisk" }, "north:/mnt/ramdisk"],
    ["Service", { unit: { name: "w.service", text: "" } }, "north:w.service"],
    ["FuseMount", { mountPoint: "/mnt/data" }, "north:/mnt/data"],
  ])("%s is in the state, as it was declared", (type, inputs, id) => {
    const pending = made(type, inputs);
    expect(after(pending)).toEqual([{ ...pending, id, outputs: pending.inputs }]);
  });

  test("contents of files are not told twice", () => {
    const [one] = after(made("Configuration", { files: {}, contents: { "/etc/a": "b" } }));
    expect(one!["outputs"]).toEqual({ host: "north", files: {}, contents: {} });
  });

  test.each<[string, object, string]>([
    ["what looks and makes nothing", made("Preflight", {}), "creating"],
    ["what the state could not hold", made("System", {}, { dependencies: ["urn:of:nothing"] }), "creating"],
    ["what has no parent there", made("System", {}, { parent: "urn:of:nothing" }), "creating"],
    ["what has no provider there", made("System", {}, { provider: `${PROVIDER.urn}::other` }), "creating"],
    ["what the state has already", made("System", {}, { urn: GUARD.urn }), "creating"],
    ["what was being changed", made("System", {}), "updating"],
    ["what is Docker's", made("System", {}, { type: "docker:index/container:Container" }), "creating"],
  ])("%s is not", (_, pending, type) => {
    expect(after(pending, type)).toEqual([]);
  });
});
