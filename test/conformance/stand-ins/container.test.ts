import { creation } from "../../../offline/plugins/docker/container-body";
import { containerSchema } from "../../../offline/plugins/docker/container-schema";
import { containerState, type Inspected } from "../../../offline/plugins/docker/container-state";
import { refreshed } from "../../../offline/plugins/rpc/observed";

const IMAGE = "sha256:1111111111111111111111111111111111111111111111111111111111111111";

const inspected = (change: Partial<Inspected> = {}): Inspected => ({
  Name: "/worker",
  Image: IMAGE,
  State: { Running: true, ExitCode: 0 },
  Config: { Image: "alluxio:2.9.4", Hostname: "w", User: "", Cmd: null, Entrypoint: null },
  HostConfig: { RestartPolicy: { Name: "" }, ShmSize: 67108864, NetworkMode: "net", CapAdd: null, CapDrop: null },
  NetworkSettings: { Ports: null, Networks: {} },
  ...change,
});

describe("the request for a container", () => {
  test("with one network of its own starts in it", () => {
    const { body, leave, join } = creation({
      name: "c",
      image: "i",
      networksAdvanced: [{ name: "n", aliases: ["a"] }],
    });
    expect(body.HostConfig?.NetworkMode).toBe("n");
    expect(body.NetworkingConfig).toEqual({ EndpointsConfig: { n: { Aliases: ["a"] } } });
    expect([leave, join]).toEqual([[], []]);
  });

  test("with several joins the others before it starts", () => {
    const { join } = creation({
      name: "c",
      image: "i",
      networksAdvanced: [{ name: "n" }, { name: "m", aliases: ["x"] }],
    });
    expect(join).toEqual([{ network: "m", aliases: ["x"] }]);
  });

  test("with networkMode bridge and own networks leaves the bridge", () => {
    const { body, leave, join } = creation({
      name: "c",
      image: "i",
      networkMode: "bridge",
      networksAdvanced: [{ name: "n" }],
    });
    expect(body.HostConfig?.NetworkMode).toBe("bridge");
    expect([leave, join]).toEqual([["bridge"], [{ network: "n", aliases: [] }]]);
  });

  test("publishes on all IPv4 addresses and lets Docker pick, unless told otherwise", () => {
    const { body } = creation({
      name: "c",
      image: "i",
      ports: [{ internal: 1 }, { internal: 1, external: 2, ip: "127.0.0.1", protocol: "udp" }],
    });
    expect(body.HostConfig?.PortBindings).toEqual({
      "1/tcp": [{ HostIp: "0.0.0.0", HostPort: "" }],
      "1/udp": [{ HostIp: "127.0.0.1", HostPort: "2" }],
    });
  });

  test("gives sizes in bytes and durations in nanoseconds", () => {
    const { body } = creation({
      name: "c",
      image: "i",
      shmSize: 2,
      memory: 3,
      memorySwap: -1,
      healthcheck: { tests: ["CMD", "x"], interval: "1m0s" },
    });
    expect(body.HostConfig).toMatchObject({ ShmSize: 2097152, Memory: 3145728, MemorySwap: -1 });
    expect(body.Healthcheck).toMatchObject({ Interval: 60e9, Retries: 0 });
  });

  test("leaves out what the program leaves out", () => {
    const { body } = creation({ name: "c", image: "i" });
    for (const key of ["Cmd", "Entrypoint", "User", "Healthcheck"]) expect(body).not.toHaveProperty(key);
    expect(body.HostConfig).not.toHaveProperty("ShmSize");
  });
});

describe("the state of a container", () => {
  test("names the image as the program does, if it is that image", () => {
    expect(containerState(inspected(), { image: IMAGE.slice(0, 20) })["image"]).toBe(IMAGE.slice(0, 20));
    expect(containerState(inspected(), { image: "alluxio:2.9.4" })["image"]).toBe("alluxio:2.9.4");
    expect(containerState(inspected(), { image: "sha256:2222" })["image"]).toBe(IMAGE);
  });

  test("lists ports by their number, as the SDK does", () => {
    const Ports = {
      "19998/tcp": [{ HostIp: "127.0.0.1", HostPort: "7" }],
      "80/tcp": [{ HostIp: "0.0.0.0", HostPort: "8" }],
      "90/tcp": null,
    };
    const state = containerState(inspected({ NetworkSettings: { Ports, Networks: {} } }), {});
    expect(state["ports"]).toEqual([
      { internal: 80, external: 8, ip: "0.0.0.0", protocol: "tcp" },
      { internal: 19998, external: 7, ip: "127.0.0.1", protocol: "tcp" },
    ]);
  });

  test("mustRun is whether it runs, and false where it need not", () => {
    const stopped = inspected({ State: { Running: false, ExitCode: 137 } });
    expect(containerState(inspected(), {})["mustRun"]).toBe(true);
    expect(containerState(stopped, {})).toMatchObject({ mustRun: false, exitCode: 137 });
    expect(containerState(inspected(), { mustRun: false })["mustRun"]).toBe(false);
  });

  test("a refresh keeps the program's wording where it means the same, and what was seen where it does not", () => {
    const inputs = { ports: [{ internal: 80 }], user: "root", envs: ["A=1"], mustRun: true };
    const ports = [{ internal: 80, external: 5001, ip: "0.0.0.0", protocol: "tcp" }];
    const result = refreshed(
      containerSchema,
      { state: inputs, inputs },
      { ports, user: "alluxio", mustRun: true, hostname: "h" },
    );
    expect(result.inputs).toEqual({ ports: [{ internal: 80 }], user: "alluxio", envs: ["A=1"], mustRun: true });
    expect(result.state).toEqual({ ports, user: "alluxio", envs: ["A=1"], mustRun: true, hostname: "h" });
  });
});
