import fc from "fast-check";
import { describeAct, planRecovery, type Act, type ObservedObjects } from "../../../operations/recovery/planRecovery";
import type { StackState } from "../../../operations/recovery/stackState";

const STATE: StackState = {
  clusterId: "3f9c2ab1d4e5aa00",
  containers: new Set(["c1", "c2"]),
  networks: new Set(["n1"]),
  volumes: new Set(["dev-ramdisk-small-1-3f9c", "dev-under-storage-3f9c"]),
  hasMounts: true,
  mountPoints: ["/mnt/a", "/mnt/b"],
  servedBy: new Map([
    ["/mnt/a", "c1"],
    ["/mnt/b", "c2"],
  ]),
  pending: [],
};
const container = (id: string, process = "worker-small-1", running = true) => ({
  id,
  name: `x-${id}`,
  process,
  running,
});
const network = (id: string, ...strangers: string[]) => ({ id, name: "dev-network-3f9c", strangers });

/** All that the state knows, as it should be. */
const AS_KNOWN: ObservedObjects = {
  containers: [container("c1", "fuse-a"), container("c2", "fuse-b"), container("s1", "supervisor-a")],
  networks: [network("n1")],
  volumes: [
    { name: "dev-ramdisk-small-1-3f9c", ramdisk: true },
    { name: "dev-under-storage-3f9c", ramdisk: false },
  ],
  mounts: ["/mnt/a", "/mnt/b"],
};

test("what the state knows stays", () => {
  expect(planRecovery(STATE, AS_KNOWN)).toEqual([]);
});

test.each<[string, Partial<ObservedObjects>, Act[]]>([
  [
    "a container under the name of one that the state knows",
    { containers: [...AS_KNOWN.containers, container("c3")] },
    [{ kind: "remove container", id: "c3", name: "x-c3" }],
  ],
  [
    "helpers and joining masters",
    { containers: [...AS_KNOWN.containers, container("h1", "host-helper"), container("j1", "joining-master-2")] },
    [
      { kind: "remove container", id: "h1", name: "x-h1" },
      { kind: "remove container", id: "j1", name: "x-j1" },
    ],
  ],
  [
    "a second network of the same name",
    { networks: [network("n1"), network("n2")] },
    [{ kind: "remove network", id: "n2", name: "dev-network-3f9c" }],
  ],
  [
    "a second network that others use: it is left, and said",
    { networks: [network("n1"), network("n2", "web")] },
    [{ kind: "leave network", name: "dev-network-3f9c", strangers: ["web"] }],
  ],
  [
    "a ramdisk of a worker that is gone; a volume with data is left for the next run to take back",
    {
      volumes: [
        { name: "dev-ramdisk-large-1-3f9c", ramdisk: true },
        { name: "dev-journal-master-2-3f9c", ramdisk: false },
      ],
    },
    [{ kind: "remove ramdisk", name: "dev-ramdisk-large-1-3f9c" }],
  ],
  [
    "mounts whose container is stopped, and whose container is gone",
    { containers: [container("c1", "fuse-a", false)] },
    [
      { kind: "detach mount", mountPoint: "/mnt/a" },
      { kind: "detach mount", mountPoint: "/mnt/b" },
    ],
  ],
])("%s", (_, observed, acts) => {
  expect(planRecovery(STATE, { ...AS_KNOWN, ...observed })).toEqual(acts);
});

test("without mounts in the state a supervisor is left over too, and goes first: it would mount again", () => {
  const state = { ...STATE, containers: new Set<string>(), hasMounts: false };
  const acts = planRecovery(state, { ...AS_KNOWN, networks: [], volumes: [], mounts: [] });
  expect(acts.map((act) => ("id" in act ? act.id : act.kind))).toEqual(["s1", "c1", "c2"]);
});

test("nothing that the state knows is ever removed, whatever is observed", () => {
  const id = fc.constantFrom("c1", "c2", "c3", "c4");
  const observed = fc.record<ObservedObjects>({
    containers: fc.uniqueArray(
      fc.record({ id, name: id, running: fc.boolean(), process: fc.constantFrom("", "supervisor-a", "master-1") }),
      { selector: (one) => one.id },
    ),
    networks: fc.uniqueArray(fc.record({ id, name: id, strangers: fc.array(id) }), { selector: (one) => one.id }),
    volumes: fc.uniqueArray(fc.record({ name: id, ramdisk: fc.boolean() }), { selector: (one) => one.name }),
    mounts: fc.subarray(["/mnt/a", "/mnt/b"]),
  });
  const known = { ...STATE, networks: STATE.containers, volumes: STATE.containers };
  fc.assert(
    fc.property(observed, (seen) => {
      for (const act of planRecovery(known, seen)) {
        if (act.kind === "detach mount" || act.kind === "leave network") continue;
        expect(STATE.containers).not.toContain("id" in act ? act.id : act.name);
        expect(describeAct(act)).toMatch(/^[A-Z].*\.$/);
      }
    }),
  );
});
