import { observe, type ClusterAccess } from "../../../operations/observe";
import { UserError } from "../../../provider/rpc/resource";
import { CLUSTER_ID, healthy, masterView, planOf, withProcess, withoutProcess } from "./samples";

const plan = planOf({
  masters: { count: 3 },
  mounts: [{ name: "data" }, { name: "work", mountPoint: "/srv/work" }],
});

/** A machine on which all is well, but for what is given. */
const access = (changes: Partial<ClusterAccess> = {}): ClusterAccess => ({
  machine: () => Promise.resolve("rigel"),
  processes: () => Promise.resolve(healthy(plan).processes),
  askMaster: (container) => Promise.resolve(masterView(container)),
  askQuorum: () => Promise.resolve({ "master-1:19200": true, "master-2:19200": true, "master-3:19200": false }),
  mountCondition: () => Promise.resolve("mounted"),
  ...changes,
});
const look = (changes?: Partial<ClusterAccess>, image?: string) =>
  observe(access(changes), { plan, clusterId: CLUSTER_ID, image });

test("asks each master on its web port, and for each mount point", async () => {
  const asked: unknown[] = [];
  const seen = await look({
    askMaster: (container, port) => {
      asked.push([container, port]);
      return Promise.resolve(masterView(container));
    },
    mountCondition: (mountPoint, image) => {
      asked.push([mountPoint, image]);
      return Promise.resolve("mounted");
    },
  });
  expect(asked).toEqual([
    ["dev-master-1-3f9c", 19999],
    ["dev-master-2-3f9c", 19999],
    ["dev-master-3-3f9c", 19999],
    ["/mnt/alluxio/dev-3f9c/data", "sha256:0123"],
    ["/srv/work", "sha256:0123"],
  ]);
  expect(Object.keys(seen.masters)).toEqual(["master-1", "master-2", "master-3"]);
  expect(seen.mounts["work"]).toEqual({ mountPoint: "/srv/work", condition: "mounted" });
});

test("one that cannot be looked at does not hide the others", async () => {
  const seen = await look({
    askMaster: async (container) => {
      if (container.includes("master-1")) throw new UserError("Docker: container is paused");
      return container.includes("master-2") ? undefined : masterView(container);
    },
    mountCondition: async (mountPoint) => {
      if (mountPoint === "/srv/work") throw new UserError("Docker: no such image");
      return "dead";
    },
  });
  expect(seen.masters).toMatchObject({
    "master-1": { silence: "Docker: container is paused" },
    "master-2": { silence: "it does not answer on port 19999" },
    "master-3": { view: { role: "leader" } },
  });
  expect(seen.mounts).toEqual({
    data: { mountPoint: "/mnt/alluxio/dev-3f9c/data", condition: "dead" },
    work: { mountPoint: "/srv/work", silence: "Docker: no such image" },
  });
});

describe("the quorum", () => {
  test("is asked for through the masters that answer", async () => {
    const asked: string[][] = [];
    const seen = await look({
      askMaster: async (container) => (container.includes("master-1") ? undefined : masterView(container)),
      askQuorum: async (containers) => {
        asked.push([...containers]);
        return { "master-2:19200": true, "master-3:19200": false };
      },
    });
    expect(asked).toEqual([["dev-master-2-3f9c", "dev-master-3-3f9c"]]);
    expect(seen.reached).toEqual({ "master-2": true, "master-3": false });
  });

  test.each<[string, Partial<ClusterAccess>]>([
    ["none of them knows", { askQuorum: () => Promise.resolve(undefined) }],
    ["it cannot be asked", { askQuorum: () => Promise.reject(new UserError("Docker: gone")) }],
  ])("%s: nothing is said of it", async (_, changes) => {
    expect(await look(changes)).not.toHaveProperty("reached");
  });

  test("one master has none", async () => {
    const one = planOf();
    const seen = await observe(access({ processes: async () => healthy(one).processes }), {
      plan: one,
      clusterId: CLUSTER_ID,
    });
    expect(seen).not.toHaveProperty("reached");
  });
});

test("a master that does not run is not asked", async () => {
  const stopped = withoutProcess(withProcess(healthy(plan), "master-1", { state: "exited" }), "master-2").processes;
  const asked: string[] = [];
  const seen = await look({
    processes: () => Promise.resolve(stopped),
    askMaster: (container) => {
      asked.push(container);
      return Promise.resolve(undefined);
    },
  });
  expect(asked).toEqual(["dev-master-3-3f9c"]);
  expect(seen.masters).toMatchObject({
    "master-1": { silence: "its container is exited" },
    "master-2": { silence: "it has no container" },
  });
});

test("where no process is left, mounts are looked at with the image that set-up chose, if there is one", async () => {
  const images: string[] = [];
  const none: Partial<ClusterAccess> = {
    processes: () => Promise.resolve([]),
    mountCondition: (_, image) => {
      images.push(image);
      return Promise.resolve("absent");
    },
  };
  expect((await look(none, "sha256:chosen")).mounts["work"]).toMatchObject({ condition: "absent" });
  expect(images).toEqual(["sha256:chosen", "sha256:chosen"]);
  expect((await look(none)).mounts["work"]).toMatchObject({ silence: expect.stringContaining("no image") as unknown });
});

test("a machine that does not answer, and a mistake of the program, are no observation", async () => {
  await expect(look({ processes: () => Promise.reject(new UserError("Docker does not answer")) })).rejects.toThrow(
    UserError,
  );
  await expect(look({ askMaster: () => Promise.reject(new TypeError("bug")) })).rejects.toThrow(TypeError);
});
