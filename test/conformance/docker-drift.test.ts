import { CONTAINER, NETWORK, cleanUp, docker, labels, run, sleeper } from "./docker-world";
import { Plugin, type Deployed } from "./plugin";
import type { Values } from "./wire";

jest.setTimeout(45_000);

let plugin: Plugin;
beforeAll(async () => {
  plugin = await Plugin.start("docker");
});
afterAll(async () => {
  await cleanUp();
  await plugin.stop();
});

const made = (name: string, more: Values = {}): Promise<Deployed> =>
  plugin.create(CONTAINER, name, sleeper(name, more));
const port = { ports: [{ internal: 80, ip: "127.0.0.1" }] };

/** What `up --refresh` would plan. */
async function repair(old: Deployed) {
  const seen = await plugin.read(old);
  if (!seen) throw new Error("it is gone");
  return { seen, diff: await plugin.diff(seen, old.inputs) };
}

test("stopped, without ports: mustRun, and it is started in place", async () => {
  const old = await made("stopped");
  await docker.getContainer(old.id).stop({ t: 0 });
  const { seen, diff } = await repair(old);
  expect(seen.state["mustRun"]).toBe(false);
  expect(diff).toMatchObject({ changed: ["mustRun"], replaces: [] });
  const repaired = await plugin.update(seen, sleeper("stopped"));
  expect((await docker.getContainer(old.id).inspect()).State.Running).toBe(true);
  expect(await plugin.drift(repaired)).toEqual([]);
});

test("stopped, with ports: mustRun and ports, and it is replaced", async () => {
  const old = await made("stopped-ports", port);
  await docker.getContainer(old.id).stop({ t: 0 });
  const { diff } = await repair(old);
  expect(diff).toMatchObject({ changed: ["mustRun", "ports"], replaces: ["ports"], deleteBeforeReplace: true });
});

test("removed: gone, and deleting it is then no error", async () => {
  const old = await made("removed");
  await docker.getContainer(old.id).remove({ force: true });
  expect(await plugin.drift(old)).toBe("gone");
});

test("renamed: its name", async () => {
  const old = await made("renamed");
  await docker.getContainer(old.id).rename({ name: `${run}-elsewhere` });
  const { diff } = await repair(old);
  expect(diff).toMatchObject({ changed: ["name"], replaces: ["name"], deleteBeforeReplace: true });
});

test("cut off from its network: its ports, and nothing where it has none", async () => {
  const network = await plugin.create(NETWORK, "cut", { name: `${run}-cut`, labels });
  const on = { networksAdvanced: [{ name: `${run}-cut` }], networkMode: "bridge" };
  const [open, closed] = [await made("cut-ports", { ...on, ...port }), await made("cut-plain", on)];
  for (const { id } of [open, closed]) {
    await docker.getNetwork(network.id).disconnect({ Container: id, Force: true });
  }
  expect(await plugin.drift(open)).toEqual(["ports"]);
  expect(await plugin.drift(closed)).toEqual([]);
});

test("paused, or another container beside it: not seen", async () => {
  const old = await made("paused");
  await docker.getContainer(old.id).pause();
  expect(await plugin.drift(old)).toEqual([]);
  await docker.getContainer(old.id).unpause();
});

test("a container that ends at once counts as created, and the next plan starts it once more", async () => {
  const args = sleeper("short", { entrypoints: ["/bin/sh", "-c"], command: ["exit 3"] });
  const old = await plugin.create(CONTAINER, "short", args);
  await docker.getContainer(old.id).wait();
  const { seen } = await repair(old);
  expect(seen.state).toMatchObject({ mustRun: false, exitCode: 3 });
  expect(await plugin.plan(seen, args)).toMatchObject({ changed: ["mustRun"], replaces: [] });
});

test("mustRun false: ended or not, no drift", async () => {
  const old = await made("may-end", { mustRun: false });
  expect(await plugin.drift(old)).toEqual([]);
  await docker.getContainer(old.id).stop({ t: 0 });
  expect(await plugin.drift(old)).toEqual([]);
});

test("another restart policy: restart", async () => {
  const old = await made("policy", { restart: "unless-stopped" });
  await docker.getContainer(old.id).update({ RestartPolicy: { Name: "no" } });
  const { diff } = await repair(old);
  expect(diff).toMatchObject({ changed: ["restart"], replaces: [] });
});
