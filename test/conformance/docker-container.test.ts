import { CONTAINER, NETWORK, VOLUME, cleanUp, docker, labels, run, sleeper, testImage } from "./docker-world";
import { OperationError, Plugin } from "./plugin";
import { UNKNOWN, isSecret, plain, secret, type Values } from "./wire";

jest.setTimeout(45_000);

let plugin: Plugin;
beforeAll(async () => {
  plugin = await Plugin.start("docker");
});
afterAll(async () => {
  await cleanUp();
  await plugin.stop();
});

const inspect = (id: string) => docker.getContainer(id).inspect();

/** Everything that this project sets on containers, in the form that stays stable. */
const everything = (name: string, more: Values = {}): Values =>
  sleeper(name, {
    entrypoints: ["/bin/sh", "-c"],
    command: ["sleep 100000"],
    envs: ["B=two", "A=1"],
    user: "root",
    hostname: name,
    restart: "unless-stopped",
    ports: [
      { internal: 9000, ip: "127.0.0.1" },
      { internal: 53, protocol: "udp" },
    ],
    mounts: [
      { type: "volume", source: `${run}-data`, target: "/data" },
      { type: "bind", source: "/etc", target: "/host-etc", readOnly: true, bindOptions: { propagation: "rprivate" } },
      { type: "tmpfs", target: "/scratch", tmpfsOptions: { sizeBytes: 1048576 } },
    ],
    tmpfs: { "/fast": "size=1m" },
    shmSize: 128,
    networksAdvanced: [{ name: `${run}-net`, aliases: ["one", "two"] }],
    networkMode: "bridge",
    capabilities: { adds: ["CAP_SYS_ADMIN", "CAP_SYS_PTRACE"], drops: ["CAP_MKNOD"] },
    devices: [{ hostPath: "/dev/null", containerPath: "/dev/mine" }],
    securityOpts: ["apparmor=unconfined"],
    healthcheck: { tests: ["CMD", "true"], interval: "1s", timeout: "1m0s", retries: 2, startPeriod: "0s" },
    stopSignal: "SIGTERM",
    stopTimeout: 3,
    init: true,
    memory: 256,
    memorySwap: 512,
    wait: true,
    waitTimeout: 30,
    ...more,
  });

test("a container with every input is made as declared, and neither plan nor refresh sees a change", async () => {
  await plugin.create(NETWORK, "net", { name: `${run}-net`, labels });
  await plugin.create(VOLUME, "data", { name: `${run}-data`, labels });
  const args = everything("full");
  const made = await plugin.create(CONTAINER, "full", args);
  const { Config, HostConfig, State, NetworkSettings, Mounts } = await inspect(made.id);

  expect(Config).toMatchObject({
    Cmd: ["sleep 100000"],
    Entrypoint: ["/bin/sh", "-c"],
    User: "root",
    Hostname: "full",
    StopSignal: "SIGTERM",
    StopTimeout: 3,
    Labels: { "alluxio.test": run },
    Healthcheck: { Test: ["CMD", "true"], Interval: 1e9, Timeout: 60e9, Retries: 2 },
  });
  expect(Config.Env).toEqual(expect.arrayContaining(["A=1", "B=two"]));
  expect(HostConfig).toMatchObject({
    RestartPolicy: { Name: "unless-stopped" },
    ShmSize: 128 * 1048576,
    Tmpfs: { "/fast": "size=1m" },
    SecurityOpt: ["apparmor=unconfined"],
    Init: true,
    Memory: 256 * 1048576,
    MemorySwap: 512 * 1048576,
  });
  expect([...(HostConfig.CapAdd as string[])].sort()).toEqual(["CAP_SYS_ADMIN", "CAP_SYS_PTRACE"]);
  expect(HostConfig.CapDrop).toEqual(["CAP_MKNOD"]);
  expect(HostConfig.Devices).toEqual([
    { PathOnHost: "/dev/null", PathInContainer: "/dev/mine", CgroupPermissions: "rwm" },
  ]);
  expect(Object.keys(NetworkSettings.Networks)).toEqual([`${run}-net`]);
  expect(NetworkSettings.Networks[`${run}-net`]?.Aliases).toEqual(expect.arrayContaining(["one", "two"]));
  expect(Mounts.map(({ Destination, RW }) => [Destination, RW])).toEqual(
    expect.arrayContaining([
      ["/data", true],
      ["/host-etc", false],
    ]),
  );
  expect(State.Health?.Status).toBe("healthy");

  const internal9000 = NetworkSettings.Ports["9000/tcp"]?.[0];
  expect(internal9000?.HostIp).toBe("127.0.0.1");
  expect(made.state["ports"]).toEqual(
    expect.arrayContaining([
      expect.objectContaining({
        internal: 9000,
        external: Number(internal9000?.HostPort),
        ip: "127.0.0.1",
        protocol: "tcp",
      }),
    ]),
  );
  expect(made.state["networkDatas"]).toEqual([
    expect.objectContaining({
      networkName: `${run}-net`,
      ipAddress: NetworkSettings.Networks[`${run}-net`]?.IPAddress,
    }),
  ]);
  expect(made.state).toMatchObject({ name: `${run}-full`, image: testImage(), mustRun: true });
  expect(made.id).toMatch(/^[0-9a-f]{64}$/);

  expect((await plugin.plan(made, args)).changed).toEqual([]);
  expect(await plugin.drift(made)).toEqual([]);
});

test("order of envs, labels, ports and mounts carries no meaning", async () => {
  const two = [{ internal: 1001 }, { internal: 1002 }];
  const made = await plugin.create(CONTAINER, "order", sleeper("order", { envs: ["A=1", "B=2"], ports: two }));
  const turned = sleeper("order", { envs: ["B=2", "A=1"], ports: [...two].reverse() });
  expect((await plugin.plan(made, turned)).changed).toEqual([]);
});

describe("a change of an input", () => {
  const replacing: readonly (readonly [string, Values, Values])[] = [
    ["envs", { envs: ["A=1"] }, { envs: ["A=2"] }],
    ["command", {}, { command: ["99999"] }],
    ["name", {}, { name: `${run}-other` }],
    ["labels", {}, { labels: [...labels, { label: "more", value: "1" }] }],
    ["ports", { ports: [{ internal: 80 }] }, { ports: [{ internal: 81 }] }],
    ["shmSize", { shmSize: 64 }, { shmSize: 128 }],
    ["capabilities", {}, { capabilities: { adds: ["CAP_SYS_ADMIN"] } }],
    ["mounts", {}, { mounts: [{ type: "bind", source: "/etc", target: "/x" }] }],
    ["networksAdvanced", {}, { networksAdvanced: [{ name: "elsewhere" }] }],
    ["image", {}, { image: "sha256:0000000000000000000000000000000000000000000000000000000000000000" }],
  ];
  const updating: readonly (readonly [string, Values, Values])[] = [
    ["restart", {}, { restart: "always" }],
    ["mustRun", {}, { mustRun: false }],
    ["wait", {}, { wait: true }],
    ["waitTimeout", {}, { waitTimeout: 90 }],
    [
      "healthcheck",
      { healthcheck: { tests: ["CMD", "true"], interval: "5s" } },
      { healthcheck: { tests: ["CMD", "true"], interval: "7s" } },
    ],
    ["tmpfs", { tmpfs: { "/t": "size=1m" } }, { tmpfs: { "/t": "size=2m" } }],
  ];

  test("of what Docker fixes at creation replaces, delete first; of the rest updates", async () => {
    for (const [property, before, after] of [...replacing, ...updating]) {
      const { inputs } = await plugin.check(CONTAINER, "change", sleeper("change", before));
      const old = { type: CONTAINER, name: "change", id: "0".repeat(64), inputs, state: inputs };
      const diff = await plugin.plan(old, sleeper("change", { ...before, ...after }));
      const replaces = replacing.some(([name]) => name === property);
      expect([property, diff.changed, diff.replaces]).toEqual([property, [property], replaces ? [property] : []]);
      if (replaces) expect([property, diff.deleteBeforeReplace]).toEqual([property, true]);
    }
  });

  test("an unknown name of a network counts as a change: its containers are replaced with it", async () => {
    const args = sleeper("unknown", { networksAdvanced: [{ name: "net" }] });
    const { inputs } = await plugin.check(CONTAINER, "unknown", args);
    const old = { type: CONTAINER, name: "unknown", id: "0".repeat(64), inputs, state: inputs };
    const diff = await plugin.plan(old, { ...args, networksAdvanced: UNKNOWN });
    expect(diff.replaces).toEqual(["networksAdvanced"]);
  });

  test("restart changes in place", async () => {
    const made = await plugin.create(CONTAINER, "restart", sleeper("restart"));
    const updated = await plugin.update(made, sleeper("restart", { restart: "always" }));
    const { HostConfig, State } = await inspect(made.id);
    expect(HostConfig.RestartPolicy?.Name).toBe("always");
    expect(State.Running).toBe(true);
    expect((await plugin.plan(updated, sleeper("restart", { restart: "always" }))).changed).toEqual([]);
    expect(await plugin.drift(updated)).toEqual([]);
  });
});

describe("secrets and previews", () => {
  test("a secret input is used in clear and comes back as a secret", async () => {
    const made = await plugin.create(CONTAINER, "secret", sleeper("secret", { envs: secret(["PW=hunter2"]) }));
    expect((await inspect(made.id)).Config.Env).toContain("PW=hunter2");
    const read = await plugin.read(made);
    for (const envs of [made.state["envs"], read?.state["envs"], read?.inputs["envs"]]) {
      const wrapped = isSecret(envs) || (Array.isArray(envs) && envs.every(isSecret));
      expect(wrapped).toBe(true);
      expect(plain(envs ?? null)).toEqual(["PW=hunter2"]);
    }
  });

  test("a preview shows what is known and leaves the rest unknown", async () => {
    const foreseen = await plugin.foreseeCreate(CONTAINER, "seen", sleeper("seen", { ports: [{ internal: 80 }] }));
    expect(foreseen).toMatchObject({ name: `${run}-seen`, image: testImage(), networkDatas: UNKNOWN });
    expect((await docker.listContainers({ all: true, filters: { name: [`${run}-seen`] } })).length).toBe(0);
  });

  test("a container without a name gets its own with seven digits, and keeps it", async () => {
    const { name: _name, ...args } = sleeper("auto");
    const { inputs } = await plugin.check(CONTAINER, "auto", args);
    expect(inputs["name"]).toMatch(/^auto-[0-9a-f]{7}$/);
    expect((await plugin.check(CONTAINER, "auto", args, inputs)).inputs["name"]).toBe(inputs["name"]);
  });
});

describe("failures", () => {
  const failure = async (doing: Promise<unknown>): Promise<OperationError> => {
    const error = await doing.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (error instanceof OperationError) return error;
    throw new Error("it should have failed");
  };

  test("a name that is taken is a conflict, and nothing is left behind", async () => {
    await plugin.create(CONTAINER, "taken", sleeper("taken"));
    const error = await failure(plugin.create(CONTAINER, "again", sleeper("taken")));
    expect(error.message).toContain(`The container name "/${run}-taken" is already in use`);
    expect(error.left).toBeUndefined();
  });

  test("a failed start leaves the container, and the next plan replaces it", async () => {
    const args = sleeper("start", { entrypoints: ["/no/such/program"] });
    const { left } = await failure(plugin.create(CONTAINER, "start", args));
    if (!left) throw new Error("the container should be in the state");
    expect((await inspect(left.id)).State.Status).toBe("created");
    const diff = await plugin.plan(left, args);
    expect(diff.replaces).not.toEqual([]);
    expect(diff.deleteBeforeReplace).toBe(true);
    await plugin.delete(left);
  });

  test("wait fails when the container stays unhealthy, and leaves it running", async () => {
    const args = sleeper("sick", {
      healthcheck: { tests: ["CMD", "false"], interval: "1s", retries: 1 },
      wait: true,
      waitTimeout: 3,
    });
    const { message, left } = await failure(plugin.create(CONTAINER, "sick", args));
    expect(message).toContain("container failed to be in healthy state");
    if (!left) throw new Error("the container should be in the state");
    expect((await inspect(left.id)).State.Running).toBe(true);
    // A refresh looks only at what there is: the error is dropped.
    expect(await plugin.drift({ ...left, inputs: (await plugin.check(CONTAINER, "sick", args)).inputs })).not.toBe(
      "gone",
    );
    await plugin.delete(left);
  });

  test("wait without a health check fails after the start", async () => {
    const { left } = await failure(plugin.create(CONTAINER, "blind", sleeper("blind", { wait: true, waitTimeout: 5 })));
    if (!left) throw new Error("the container should be in the state");
    expect((await inspect(left.id)).State.Running).toBe(true);
    await plugin.delete(left);
  });
});
