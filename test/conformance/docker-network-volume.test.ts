import { CONTAINER, NETWORK, VOLUME, cleanUp, docker, labels, run, sleeper } from "./docker-world";
import { Plugin } from "./plugin";

jest.setTimeout(60_000);

let plugin: Plugin;
beforeAll(async () => {
  plugin = await Plugin.start("docker");
});
afterAll(async () => {
  await cleanUp();
  await plugin.stop();
});

const more = [...labels, { label: "more", value: "1" }];

describe("a network", () => {
  test("is made as declared, stays unchanged, is seen to be gone, and is removed", async () => {
    const args = { name: `${run}-n1`, labels, internal: true };
    const made = await plugin.create(NETWORK, "n1", args);
    const info = (await docker.getNetwork(made.id).inspect()) as { Driver: string; Internal: boolean; Labels: object };
    expect(info).toMatchObject({ Driver: "bridge", Internal: true, Labels: { "alluxio.test": run } });
    expect((await plugin.plan(made, args)).changed).toEqual([]);
    expect(await plugin.drift(made)).toEqual([]);
    await plugin.delete(made);
    expect(await plugin.drift(made)).toBe("gone");
    expect((await docker.listNetworks({ filters: { name: [`${run}-n1`] } })).length).toBe(0);
  });

  test("with other labels is replaced, delete first", async () => {
    const made = await plugin.create(NETWORK, "n2", { name: `${run}-n2`, labels });
    const diff = await plugin.plan(made, { name: `${run}-n2`, labels: more });
    expect(diff).toEqual({ changed: ["labels"], replaces: ["labels"], deleteBeforeReplace: true });
  });
});

describe("a volume", () => {
  test("is made as declared, stays unchanged, is seen to be gone", async () => {
    const args = { name: `${run}-v1`, labels, driverOpts: { type: "tmpfs", device: "tmpfs", o: "size=4m" } };
    const made = await plugin.create(VOLUME, "v1", args);
    const info = await docker.getVolume(`${run}-v1`).inspect();
    expect(info).toMatchObject({ Driver: "local", Options: args.driverOpts, Labels: { "alluxio.test": run } });
    expect(made.id).toBe(`${run}-v1`);
    expect(made.state["mountpoint"]).toBe(info.Mountpoint);
    expect((await plugin.plan(made, args)).changed).toEqual([]);
    expect(await plugin.drift(made)).toEqual([]);
    await docker.getVolume(`${run}-v1`).remove();
    expect(await plugin.drift(made)).toBe("gone");
  });

  test("with other labels is replaced, delete first, unless the program ignores that", async () => {
    const made = await plugin.create(VOLUME, "v2", { name: `${run}-v2`, labels });
    const args = { name: `${run}-v2`, labels: more };
    expect(await plugin.plan(made, args)).toEqual({
      changed: ["labels"],
      replaces: ["labels"],
      deleteBeforeReplace: true,
    });
    expect((await plugin.plan(made, args, ["labels"])).changed).toEqual([]);
  });

  test("that exists already is taken with its data", async () => {
    await docker.createVolume({ Name: `${run}-v3`, Labels: { "alluxio.test": run } });
    const made = await plugin.create(VOLUME, "v3", { name: `${run}-v3`, labels });
    expect(made.id).toBe(`${run}-v3`);
  });

  test("in use is not removed: the deletion waits, then says so", async () => {
    const made = await plugin.create(VOLUME, "v4", { name: `${run}-v4`, labels });
    const user = await plugin.create(
      CONTAINER,
      "user",
      sleeper("user", { mounts: [{ type: "volume", source: `${run}-v4`, target: "/v" }] }),
    );
    await expect(plugin.delete(made, 2)).rejects.toThrow(
      "timeout while waiting for state to become 'removed' (last state: 'in_use'",
    );
    await plugin.delete(user);
    await plugin.delete(made);
    expect(await plugin.drift(made)).toBe("gone");
  });
});
