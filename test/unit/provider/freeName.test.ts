import { freeName, type FreeNameArgs, type NameAccess, type NameHolder } from "../../../provider/functions/freeName";

const ID = "3f9c2ab1d4e5aa00";
const OURS = { labels: { "alluxio.cluster-id": ID } };
const TMPFS = { type: "tmpfs", device: "tmpfs", o: "size=128m,mode=1777" };

/** @param world what bears the name, who else is on a network, which ports are taken */
async function call(
  args: Omit<FreeNameArgs, "clusterId" | "name">,
  world: { holders?: NameHolder[]; strangers?: string[]; ports?: { port: number; by: string }[] },
) {
  const removed: string[] = [];
  const said: string[] = [];
  const access: NameAccess = {
    holders: async () => world.holders ?? [],
    remove: async (kind, id) => void removed.push(`${kind} ${id}`),
    strangersOn: async () => world.strangers ?? [],
    portsInUse: async ({ ports = [] }) => (world.ports ?? []).filter(({ port }) => ports.includes(port)),
  };
  const progress = { status: () => undefined, warn: () => undefined, info: (line: string) => void said.push(line) };
  const { refused } = await freeName(access).call({ args: { ...args, name: "dev-it-3f9c", clusterId: ID }, progress });
  return { removed, said, refused };
}

test("a name that nothing bears is free", async () => {
  expect(await call({ kind: "container" }, {})).toEqual({ removed: [], said: [] });
});

test.each(["container", "network"] as const)("a %s that bears our id is removed, and said", async (kind) => {
  const holders = [{ id: "0123456789abcdef", ...OURS }];
  expect(await call({ kind }, { holders })).toEqual({
    removed: [`${kind} 0123456789abcdef`],
    said: [`removed ${kind} dev-it-3f9c (0123456789ab): it bears this cluster's id, and the state lacks it`],
  });
});

test("Docker allows two networks of one name: both go", async () => {
  const holders = [
    { id: "a", ...OURS },
    { id: "b", ...OURS },
  ];
  expect((await call({ kind: "network" }, { holders })).removed).toEqual(["network a", "network b"]);
});

test("a ramdisk made as it will be is taken back; one of another size is made anew", async () => {
  const holders = [{ id: "dev-it-3f9c", ...OURS, driverOpts: TMPFS }];
  expect((await call({ kind: "volume", driverOpts: { ...TMPFS } }, { holders })).removed).toEqual([]);
  const larger = { ...TMPFS, o: "size=256m,mode=1777" };
  expect((await call({ kind: "volume", driverOpts: larger }, { holders })).removed).toEqual(["volume dev-it-3f9c"]);
});

test.each<[string, Omit<FreeNameArgs, "clusterId" | "name">, NameHolder, string]>([
  [
    "container",
    { kind: "container" },
    { id: "fedcba9876543210", labels: {}, image: "sha256:00112233445566778899" },
    "the name dev-it-3f9c is taken by a container (id fedcba987654, image 001122334455) that does not bear this cluster's " +
      "id, so it is left alone. Rename it or remove it (`docker container rm dev-it-3f9c`), then run the same command again",
  ],
  [
    "network of another cluster",
    { kind: "network" },
    { id: "fedcba9876543210", labels: { "alluxio.cluster-id": "another" } },
    "the name dev-it-3f9c is taken by a network (id fedcba987654) that does not bear this cluster's id",
  ],
  [
    "volume",
    { kind: "volume", driverOpts: TMPFS },
    { id: "dev-it-3f9c", labels: {}, driverOpts: TMPFS },
    "the name dev-it-3f9c is taken by a volume that does not bear this cluster's id, so it is left alone",
  ],
])("an impostor is named and left alone: %s", async (_, args, holder, message) => {
  const { removed, refused } = await call(args, { holders: [{ id: "ours", ...OURS }, holder] });
  expect(removed).toEqual([]);
  expect(refused).toContain(message);
});

test("a network of ours that others use is not taken from them", async () => {
  const { removed, refused } = await call(
    { kind: "network" },
    { holders: [{ id: "n1", ...OURS }], strangers: ["web"] },
  );
  expect(removed).toEqual([]);
  expect(refused).toContain("containers that are not of this cluster are on it: web. Disconnect them");
});

test("a port that was taken since the look at the machine is refused before a container is half made", async () => {
  const ports = [
    { port: 20500, by: "process nginx (pid 812)" },
    { port: 80, by: "container web" },
  ];
  expect((await call({ kind: "container", ports: [20500] }, { ports })).refused).toBe(
    "port 20500 of this machine is in use by process nginx (pid 812): end it, or set ports.published to another one. " +
      "Then run the same command again",
  );
  expect((await call({ kind: "container", ports: [20501] }, { ports })).refused).toBeUndefined();
});
