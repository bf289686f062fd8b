import { explained, parseState } from "../../../cli/deployment";
import { UserError } from "../../../provider/rpc/resource";

const guard = (clusterId: unknown, more: object = {}) => ({
  type: "alluxio:index:ChangeGuard",
  urn: "urn:pulumi:dev::alluxio::alluxio:docker:Cluster$alluxio:index:ChangeGuard::dev-guard",
  outputs: { clusterId, plan: { name: "dev" }, confirm: [] },
  ...more,
});
const state = (...resources: object[]): string => JSON.stringify({ version: 3, deployment: { resources } });

test("the cluster id and the plan, from the guard", () => {
  const text = state({ type: "pulumi:pulumi:Stack" }, guard("3f9c2ab1d4e5f607"));
  expect(parseState(text)).toEqual({ clusterId: "3f9c2ab1d4e5f607", plan: { name: "dev" } });
});

test("an old guard that waits for its deletion does not count", () => {
  expect(parseState(state(guard("old", { delete: true }), guard("new")))).toMatchObject({ clusterId: "new" });
});

test.each([
  ["a stack without resources", JSON.stringify({ version: 3, deployment: { manifest: {} } })],
  ["a stack that never had a state", JSON.stringify({ version: 3 })],
  ["a cluster whose guard is not made yet", state({ type: "pulumi:pulumi:Stack" })],
  ["a guard without an id", state(guard(undefined))],
])("%s holds no cluster", (_, text) => {
  expect(parseState(text)).toBeUndefined();
});

test("Pulumi's errors in our words, without secrets", () => {
  const failed = (stderr: string): string => {
    const error = explained(Object.assign(new Error("Command failed"), { stderr }), "dev");
    if (!(error instanceof UserError)) throw new Error("not for the user");
    return error.message;
  };
  expect(failed("error: no stack named 'dev' found\n")).toBe(
    "stack dev is not up: `npm start -- --stack dev` brings it up",
  );
  const message = failed("error: unable to open s3://key:hunter2@bucket: denied\n");
  expect(message).toMatch(/^Pulumi cannot read the state of stack dev: unable to open s3:\/\//);
  expect(message).not.toContain("hunter2");
  expect(failed("")).toContain("Command failed");
});
