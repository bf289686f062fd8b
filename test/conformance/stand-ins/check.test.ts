import { checkInputs } from "../../../offline/plugins/rpc/check";
import { containerSchema } from "../../../offline/plugins/docker/container-schema";
import { UNKNOWN, type JsonObject } from "../../../offline/plugins/rpc/values";

const problems = (inputs: JsonObject): readonly string[] =>
  checkInputs("docker stand-in", containerSchema, { image: "i", ...inputs }).map(({ reason }) => reason);

test.each<[string, JsonObject, string]>([
  [
    "an unknown input",
    { privileged: true },
    "docker stand-in: Container privileged is not carried out by this stand-in",
  ],
  ["an unknown field", { ports: [{ internal: 1, extern: 2 }] }, "Container ports[0].extern is not carried out"],
  ["a missing field", { ports: [{ external: 1 }] }, "Container ports[0].internal is missing; it is required"],
  ["a wrong type", { shmSize: "64" }, 'Container shmSize is "64", but must be a whole number of at least 1'],
  ["a fraction", { shmSize: 1.5 }, "Container shmSize is 1.5, but must be a whole number of at least 1"],
  ["a number out of range", { ports: [{ internal: 70000 }] }, "but must be a whole number from 1 to 65535"],
  ["a text instead of a list", { envs: "A=1" }, 'Container envs is "A=1", but must be a list'],
  ["a value that is not allowed", { restart: "maybe" }, "but must be one of no, always, unless-stopped, on-failure"],
  ["a capability without prefix", { capabilities: { adds: ["sys_admin"] } }, 'write "CAP_SYS_ADMIN"'],
  ["CAP_ALL", { capabilities: { drops: ["CAP_ALL"] } }, 'write "ALL"'],
  ["a duration in another form", { healthcheck: { tests: [], interval: "60s" } }, 'write "1m0s"'],
])("%s is refused by name", (_what, inputs, expected) => {
  const found = problems(inputs);
  expect(found).toHaveLength(1);
  expect(found[0]).toContain(expected);
});

test("every mistake is told at once", () => {
  expect(problems({ privileged: true, cpus: "1.0", shmSize: "64" })).toHaveLength(3);
});

test("unknown values, nulls and the engine's own keys are no mistakes", () => {
  expect(problems({ name: UNKNOWN, ports: UNKNOWN, envs: [UNKNOWN], user: null, __defaults: [] })).toEqual([]);
});

test("a missing image is a mistake", () => {
  expect(checkInputs("docker stand-in", containerSchema, {}).map(({ property }) => property)).toEqual(["image"]);
});
