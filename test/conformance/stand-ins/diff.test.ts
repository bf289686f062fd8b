import { diffResource } from "../../../offline/plugins/rpc/diff";
import { containerSchema } from "../../../offline/plugins/docker/container-schema";
import { UNKNOWN, type JsonObject } from "../../../offline/plugins/rpc/values";

interface Case {
  readonly state?: JsonObject;
  readonly old?: JsonObject;
  readonly inputs: JsonObject;
  readonly ignore?: readonly string[];
  readonly secrets?: readonly string[];
}

const changes = ({ state, old, inputs, ignore = [], secrets = [] }: Case): readonly string[] =>
  diffResource(containerSchema, {
    state: state ?? old ?? {},
    oldInputs: old ?? {},
    inputs,
    ignore,
    secrets: new Set(secrets),
  }).map(({ path, kind, replace }) => `${kind} ${path}${replace ? " replace" : ""}`);

test("a field changes alone, a list as a whole", () => {
  const old = { healthcheck: { tests: ["CMD", "a"], interval: "1s" }, envs: ["A=1"] };
  const inputs = { healthcheck: { tests: ["CMD", "a"], interval: "2s" }, envs: ["A=2"] };
  expect(changes({ old, inputs })).toEqual(["update envs replace", "update healthcheck.interval"]);
});

test("what is not declared is not compared, what is no longer declared is removed", () => {
  expect(changes({ state: { user: "root", shmSize: 64 }, inputs: {} })).toEqual([]);
  expect(changes({ state: { user: "root" }, old: { user: "root" }, inputs: {} })).toEqual(["delete user replace"]);
});

test("what is declared and gone is added", () => {
  const declared = { ports: [{ internal: 80 }] };
  expect(changes({ state: { ports: [] }, old: declared, inputs: declared })).toEqual(["add ports replace"]);
});

test("an open port matches whatever Docker picked, but each picked one only once", () => {
  const state = { ports: [{ internal: 80, external: 5001, ip: "0.0.0.0", protocol: "tcp" }] };
  expect(changes({ state, inputs: { ports: [{ internal: 80 }] } })).toEqual([]);
  expect(changes({ state, inputs: { ports: [{ internal: 80, external: 5002 }] } })).toEqual(["update ports replace"]);
  const two = {
    ports: [
      { internal: 80, external: 5001, ip: "0.0.0.0", protocol: "tcp" },
      { internal: 80, external: 5002, ip: "0.0.0.0", protocol: "tcp" },
    ],
  };
  // The open one must not take the match of the fixed one.
  expect(changes({ state: two, inputs: { ports: [{ internal: 80 }, { internal: 80, external: 5001 }] } })).toEqual([]);
  expect(changes({ state, inputs: { ports: [{ internal: 80 }, { internal: 80 }] } })).toEqual(["update ports replace"]);
});

test("a field that is no longer declared is a change, though the state still matches", () => {
  const old = { mounts: [{ type: "bind", source: "/a", target: "/b", bindOptions: { propagation: "rshared" } }] };
  const inputs = { mounts: [{ type: "bind", source: "/a", target: "/b" }] };
  expect(changes({ old, inputs })).toEqual(["update mounts replace"]);
});

test("an absent field equals its default", () => {
  const state = { devices: [{ hostPath: "/dev/fuse", containerPath: "/dev/fuse", permissions: "rwm" }] };
  const inputs = { devices: [{ hostPath: "/dev/fuse" }] };
  expect(changes({ state, old: inputs, inputs })).toEqual([]);
});

test("an unknown is a change", () => {
  const old = { networksAdvanced: [{ name: "net" }], image: "i" };
  expect(changes({ old, inputs: { ...old, networksAdvanced: [{ name: UNKNOWN }] } })).toEqual([
    "update networksAdvanced replace",
  ]);
  expect(changes({ old, inputs: { ...old, image: UNKNOWN } })).toEqual(["update image replace"]);
});

test("ignored properties are left alone, with all that is in them", () => {
  const old = { healthcheck: { tests: ["CMD", "a"] }, envs: ["A=1"] };
  const inputs = { healthcheck: { tests: ["CMD", "b"] }, envs: ["A=2"] };
  expect(changes({ old, inputs, ignore: ["healthcheck"] })).toEqual(["update envs replace"]);
});

test("a secret is reported as a whole", () => {
  const old = { healthcheck: { tests: ["CMD", "a"], interval: "1s" } };
  const inputs = { healthcheck: { tests: ["CMD", "b"], interval: "2s" } };
  expect(changes({ old, inputs, secrets: ["healthcheck"] })).toEqual(["update healthcheck"]);
});
