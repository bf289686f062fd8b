import { recoverObjects } from "../../../operations/recovery/recoverObjects";
import { readStackState } from "../../../operations/recovery/stackState";

test("a cluster on hosts needs no Docker to be recovered", async () => {
  const guard = {
    urn: "urn:pulumi:dev::alluxio::alluxio:index:ChangeGuard::dev-guard",
    type: "alluxio:index:ChangeGuard",
    outputs: { clusterId: "3f9c2ab1d4e5f607", plan: { target: "hosts" } },
  };
  const state = readStackState(JSON.stringify({ deployment: { resources: [guard] } }));
  const told: string[] = [];
  const options = {
    thorough: true,
    dockerHost: "unix:///nowhere/docker.sock",
    tell: (line: string) => told.push(line),
  };
  expect([await recoverObjects(state, options), told]).toEqual([false, []]);
  await expect(recoverObjects({ ...state, target: "docker" }, options)).rejects.toThrow();
});
