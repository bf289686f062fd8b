import { observedProcess, type InspectedContainer } from "../../../operations/dockerAccess";

/** As Docker 20.10 answers. */
const container = (
  state: Partial<InspectedContainer["State"]> = {},
  ports: InspectedContainer["NetworkSettings"]["Ports"] = {
    "19998/tcp": null,
    "19999/tcp": [{ HostIp: "127.0.0.1", HostPort: "32768" }],
  },
): InspectedContainer => ({
  Name: "/dev-master-1-3f9c",
  Image: "sha256:0123",
  State: { Status: "running", ExitCode: 0, Health: { Status: "healthy" }, ...state },
  Config: { Labels: { "alluxio.process": "master-1" } },
  NetworkSettings: { Ports: ports },
});

test("a running container", () => {
  expect(observedProcess(container())).toEqual({
    process: "master-1",
    container: "dev-master-1-3f9c",
    state: "running",
    health: "healthy",
    image: "sha256:0123",
    published: { 19999: "127.0.0.1:32768" },
  });
});

test("one that has ended, with its exit code", () => {
  const state = { Status: "exited", ExitCode: 137, Health: { Status: "unhealthy" } };
  expect(observedProcess(container(state, {}))).toMatchObject({
    state: "exited",
    exitCode: 137,
    published: {},
  });
});

test.each([undefined, null, { Status: "none" }])("no health check (%p) is none", (Health) => {
  expect(observedProcess(container({ Health }))).toMatchObject({ health: "none" });
});

test("a port on every address is reached on this machine; no ports at all", () => {
  const ports = { "19999/tcp": [{ HostIp: "0.0.0.0", HostPort: "19999" }] };
  expect(observedProcess(container({}, ports)).published).toEqual({ 19999: "127.0.0.1:19999" });
  expect(observedProcess(container({}, null)).published).toEqual({});
});
