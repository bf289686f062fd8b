import type { ClusterConfig } from "../../components/spec/config";
import { addressOf, hostsSpec, SHARED_FOLDER } from "../support/hostsSpec";
import { Machines } from "../support/machines";
import { TestStack } from "../support/testStack";

/**
 * Every change of a cluster on hosts that could lose a journal, or a file that is in a ramdisk alone: what is refused, in which
 * words, and that nothing was touched.
 */
const ALLUXIO = "/opt/alluxio/current/bin/alluxio";
const MASTER = "alluxio-dev-master.service";
const MINUTES = 60_000;
const CACHE = { name: "cache", ramdisk: "96MB", hosts: ["south"] };
const FILE_MIB = 40;

let machines: Machines;
const stack = new TestStack("dev", () => undefined, { plain: true });
let asBuilt: ClusterConfig;

beforeAll(async () => {
  machines = await Machines.start({ names: ["north", "south"], memoryMiB: 2048, sharedFolder: SHARED_FOLDER });
  await machines.get("north").exec('chmod 1777 "$1"', SHARED_FOLDER);
  await stack.init();
  const cluster = { masters: { hosts: ["north"] }, workers: [CACHE], proxy: { enabled: false } };
  asBuilt = await hostsSpec(machines, cluster);
  stack.write(structuredClone(asBuilt));
  const up = await stack.up();
  if (up.code !== 0) throw new Error(up.output);
  await machines.get("south").exec(
    `head -c ${FILE_MIB * 1024 ** 2} /dev/urandom >/tmp/alone && chmod 644 /tmp/alone
    runuser -u alluxio -- ${ALLUXIO} fs -Dalluxio.user.file.writetype.default=MUST_CACHE copyFromLocal /tmp/alone /alone`,
  );
}, 10 * MINUTES);
afterAll(async () => {
  await stack.remove();
  await machines.remove();
}, 5 * MINUTES);

/** Which processes run since when, the file as its worker gives it, and what the journal's folder holds. */
const untouched = async (): Promise<string[]> => [
  ...(await Promise.all(
    machines.all.map((machine) =>
      machine.exec("systemctl show -p Id -p ExecMainStartTimestampMonotonic 'alluxio-dev-*.service' | sort"),
    ),
  )),
  await machines.get("north").exec("find /opt/alluxio/journal -type f -printf '%p %i\n' | sort"),
  await machines
    .get("south")
    .exec(`find /mnt/ramdisk -type f -exec sha256sum {} + | sort; df -m --output=size /mnt/ramdisk`),
];

/** What a run refuses, without the reasons; and the lines that would confirm it. */
function refusedIn(output: string): { readonly refused: string[]; readonly asked: string[] } {
  const told = [
    ...output.matchAll(/((?:metadata|data|cache) loss: [^:\n]*?): [^\n]*?(?:confirm: (\["(?:[^"\\]|\\.)*"\]))?$/gm),
  ];
  const asked = [...output.matchAll(/confirm: (\["(?:[^"\\]|\\.)*"\])/g)].flatMap(
    ([, list]) => JSON.parse(list!) as string[],
  );
  const refused = output.match(/To accept it|cannot be made smaller|both would need/)
    ? told.map(([, what]) => what!)
    : [];
  return { refused: [...new Set(refused)].sort(), asked: [...new Set(asked)].sort() };
}

const UNPERSISTED = "give up 1 file not persisted";
const changes: readonly [string, (config: ClusterConfig) => void, readonly string[]][] = [
  ["ramdisk shrunk", (config) => (config.workers = [{ ...CACHE, ramdisk: "32MB" }]), [UNPERSISTED]],
  [
    "worker on another host",
    (config) => {
      config.workers = [{ ...CACHE, hosts: ["north"] }];
      config.hosts!.addresses = { north: addressOf(machines, "north") };
    },
    [UNPERSISTED],
  ],
  [
    "another under storage",
    (config) => (config.underStorage = { path: "/srv" }),
    [`root under storage ${SHARED_FOLDER}→/srv`],
  ],
  [
    "journal in another folder",
    (config) => (config.masters = { hosts: ["north"], journal: { path: "/srv/journal" } }),
    ["leave the journal /opt/alluxio/journal on host north"],
  ],
  [
    "the only master on another host",
    (config) => {
      config.masters = { hosts: ["south"] };
      config.hosts!.addresses = { south: addressOf(machines, "south") };
    },
    ["leave the journal /opt/alluxio/journal on host north"],
  ],
  ["older version", (config) => (config.version = "2.9.0"), ["downgrade 2.9.4→2.9.0"]],
];

test.each(changes)(
  "%s: refused with the loss named, and nothing is touched",
  async (_, change, asked) => {
    const before = await untouched();
    stack.write(structuredClone(asBuilt));
    stack.edit(change);
    const { code, output } = await stack.up();
    stack.write(structuredClone(asBuilt));
    expect(code).not.toBe(0);
    expect(refusedIn(output).asked.map((line) => line.replace(/ @[0-9a-f]{4}$/, ""))).toEqual(asked);
    expect(await untouched()).toEqual(before);
  },
  3 * MINUTES,
);

test(
  "another name: refused whatever is confirmed, and nothing is touched",
  async () => {
    const before = await untouched();
    stack.edit((config) => (config.name = "other"));
    const { code, output } = await stack.up();
    stack.write(structuredClone(asBuilt));
    expect([code === 0, refusedIn(output).asked]).toEqual([false, []]);
    expect(output).toContain("data loss: name dev→other: ");
    expect(output).toContain("Call it dev again");
    expect(await untouched()).toEqual(before);
  },
  3 * MINUTES,
);

test(
  "a smaller ramdisk, with exactly the loss confirmed that is named: the worker serves with it",
  async () => {
    stack.edit((config) => (config.workers = [{ ...CACHE, ramdisk: "32MB" }]));
    const { asked } = refusedIn((await stack.up()).output);
    stack.edit((config) => (config.confirm = asked));
    const up = await stack.up();
    expect([up.code, up.code === 0 ? "" : up.output]).toEqual([0, ""]);
    expect(up.output).toContain("/alone");
    expect((await machines.get("south").exec("df -m --output=size /mnt/ramdisk | tail -n 1")).trim()).toBe("32");
    expect((await stack.up("--expect-no-changes", "--refresh")).code).toBe(0);
  },
  6 * MINUTES,
);

test(
  "the only journal is gone: nothing starts on an empty one, until that loss is confirmed",
  async () => {
    const north = machines.get("north");
    await north.exec(`systemctl stop ${MASTER} && mv /opt/alluxio/journal/raft /root/raft`);
    const before = await untouched();
    const { code, output } = await stack.up("--refresh");
    expect(code).not.toBe(0);
    expect(output).toContain("metadata loss: lose the journal /opt/alluxio/journal on host north: it is gone");
    expect(output).toContain("alluxio.master.journal.init.from.backup");
    expect(await untouched()).toEqual(before);

    await north.exec("mv /root/raft /opt/alluxio/journal/raft");
    const back = await stack.up("--refresh");
    expect([back.code, back.code === 0 ? "" : back.output]).toEqual([0, ""]);
    expect(await north.exec(`${ALLUXIO} fs ls /`)).toContain("/alone");

    await north.exec(`systemctl stop ${MASTER} && rm -r /opt/alluxio/journal/raft`);
    const { asked } = refusedIn((await stack.up("--refresh")).output);
    expect(asked).toEqual([
      expect.stringMatching(/^lose the journal \/opt\/alluxio\/journal on host north @[0-9a-f]{4}$/),
    ]);
    stack.edit((config) => (config.confirm = asked));
    const anew = await stack.up("--refresh");
    expect([anew.code, anew.code === 0 ? "" : anew.output]).toEqual([0, ""]);
  },
  8 * MINUTES,
);
