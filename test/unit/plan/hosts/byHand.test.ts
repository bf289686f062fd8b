import { RESTORE_PROPERTY } from "../../../../components/plan/backup";
import { checkHosts } from "../../../../components/plan/hosts/checkHosts";
import type { HostSurroundings, PortHolder } from "../../../../components/plan/hosts/checks/surroundings";
import { SEED_PAGE } from "../../../support/hosts";
import { DEMANDS, demandsFor, roomy, seenWith, type Change } from "../../../support/hostSights";

const HOME = "/home/nikunj/alluxio-2.8.0";
const MASTER = "v2r2-dfx-8";
const ALLUXIO = { user: "nikunj", uid: 1500, gid: 1500, home: HOME, confDir: `${HOME}/conf` };
const held = (port: number, pid: number, mainClass: string, unit?: string): PortHolder => ({
  port,
  process: { name: "java", pid, ...(unit === undefined ? {} : { unit }), alluxio: { ...ALLUXIO, mainClass } },
});
const worker = (unit?: string): Change => {
  return () => ({
    portsInUse: [
      held(29999, 30, "alluxio.worker.AlluxioWorker", unit),
      held(30000, 30, "alluxio.worker.AlluxioWorker", unit),
    ],
  });
};
const master = (unpersisted: HostSurroundings["unpersisted"]): Change => {
  return () => ({ portsInUse: [held(19998, 12, "alluxio.master.AlluxioMaster")], unpersisted });
};
const mounted = (mountPoint: string, type: string, source: string, more: object = {}): Change => {
  return ({ mounts }) => ({ mounts: [...mounts, { mountPoint, type, source, root: "/", options: [] }], ...more });
};
const found = (host: string, change: Change) => checkHosts(DEMANDS, seenWith({ [host]: change }));

test.each<[string, string, Change, string, RegExp, string]>([
  [
    "a worker started by a script, once, however many ports it has",
    "blue4",
    worker(),
    "Alluxio made by hand",
    /^AlluxioWorker \(pid 30\) of nikunj, from \/home\/nikunj\/alluxio-2\.8\.0$/,
    `once nobody writes any more, as nikunj: \`${HOME}/bin/alluxio-stop.sh local\``,
  ],
  [
    "one that was started over SSH, which systemd takes for a part of sshd",
    "blue4",
    worker("ssh.service"),
    "Alluxio made by hand",
    /^AlluxioWorker/,
    `once nobody writes any more, as nikunj: \`${HOME}/bin/alluxio-stop.sh local\``,
  ],
  [
    "one in a unit that somebody has written",
    "blue4",
    worker("our-alluxio.service"),
    "Alluxio made by hand",
    /^AlluxioWorker/,
    "once nobody writes any more, as nikunj: `systemctl disable --now our-alluxio.service`",
  ],
  [
    "a master, with what is not persisted",
    MASTER,
    master({ files: 9, unpersisted: 4, paths: ["/a", "/b", "/c", "/d"] }),
    "Alluxio made by hand",
    /; 4 of 9 files are in its caches alone: \/a, \/b, \/c, …$/,
    `once nobody writes any more, as nikunj: \`${HOME}/bin/alluxio fs persist /\`, then \`${HOME}/bin/alluxio-stop.sh local\``,
  ],
  [
    "a master that has persisted all",
    MASTER,
    master({ files: 9, unpersisted: 0, paths: [] }),
    "Alluxio made by hand",
    /; nothing is lost with the caches: of 9 files looked at, each is persisted in the under storage$/,
    `once nobody writes any more, as nikunj: \`${HOME}/bin/alluxio-stop.sh local\``,
  ],
  [
    "a master that does not tell",
    MASTER,
    master({ unknown: "it is busy" }),
    "Alluxio made by hand",
    /; whether files are in its caches alone cannot be told \(it is busy\)$/,
    `once nobody writes any more, as nikunj: \`${HOME}/bin/alluxio fs persist /\`, then \`${HOME}/bin/alluxio-stop.sh local\``,
  ],
  [
    "its mount",
    "blue4",
    mounted("/mnt/fuse2", "fuse.alluxio-fuse", "alluxio-fuse"),
    "mount point /mnt/fuse2",
    /^FUSE that was mounted by hand serves it/,
    "end who uses it, then `umount /mnt/fuse2`",
  ],
  [
    "its ramfs, with the blocks in it",
    "blue4",
    mounted("/mnt/ramdisk", "ramfs", "ramfs", { blocks: { count: 3, mebibytes: 12 } }),
    "ramdisk /mnt/ramdisk",
    /^ramfs made by hand with 3 blocks of a worker \(12 MiB\); of files that are not persisted it has the only copy$/,
    "once its worker has ended, and all is persisted: `umount /mnt/ramdisk`; take it out of /etc/fstab",
  ],
  [
    "a tmpfs that a worker has used, empty by now",
    "blue4",
    mounted("/mnt/ramdisk", "tmpfs", "ramdisk", { blocks: { count: 0, mebibytes: 0 } }),
    "ramdisk /mnt/ramdisk",
    /^tmpfs made by hand, empty$/,
    "once its worker has ended, and all is persisted: `umount /mnt/ramdisk`; take it out of /etc/fstab",
  ],
])("%s: people end it, and are told how", (_, host, change, what, text, remedy) => {
  expect(found(host, change)).toEqual([
    { host, what, found: expect.stringMatching(text) as string, remedy, level: "takeover" },
  ]);
});

test("the memory that it uses will be free; a machine that is too small is so all the same", () => {
  const ramfs = mounted("/mnt/ramdisk", "ramfs", "ramfs");
  const full: Change = (seen) => ({ ...ramfs(seen), memory: { ...seen.memory!, availableMiB: 10 } });
  expect(found("blue4", full).map(({ what }) => what)).toEqual(["ramdisk /mnt/ramdisk"]);
  const small: Change = (seen) => ({ ...ramfs(seen), memory: { totalMiB: 1000, availableMiB: 10 } });
  expect(found("blue4", small).map(({ what, level }) => [what, level])).toEqual([
    ["memory", "refused"],
    ["ramdisk /mnt/ramdisk", "takeover"],
  ]);
});

test("another cluster of ours was not made by hand, and its ports are refused as anybody's", () => {
  const unit = "alluxio-other-worker.service";
  const change: Change = (seen) => ({
    ...worker(unit)(seen),
    claims: [{ clusterId: "feed00001111", path: `/etc/systemd/system/${unit}` }],
  });
  expect(found("blue4", change).map(({ what, level }) => [what, level])).toEqual([
    ["port 29999", "refused"],
    ["port 30000", "refused"],
  ]);
});

describe("a backup that masters begin with", () => {
  const demands = demandsFor({ ...SEED_PAGE, properties: { [RESTORE_PROPERTY]: "/nfs/alluxio/b.gz" } });
  const seeing = (backup?: HostSurroundings["backup"]) =>
    checkHosts(demands, {
      [MASTER]: { ...roomy(demands, MASTER), ...(backup === undefined ? {} : { backup }) },
    });

  test("is demanded of hosts with a master, by its path", () => {
    expect(Object.entries(demands.hosts).flatMap(([host, { backup }]) => (backup ? [[host, backup]] : []))).toEqual([
      [MASTER, { path: "/nfs/alluxio/b.gz", journal: "/opt/alluxio/journal" }],
    ]);
    const elsewhere = demandsFor({ ...SEED_PAGE, properties: { [RESTORE_PROPERTY]: "s3://bucket/b.gz" } });
    expect(elsewhere.hosts[MASTER]!.backup).toBeUndefined();
  });

  test.each(["missing", "closed", "silent"] as const)("%s: nothing is brought up without it", (backup) => {
    expect(seeing(backup)).toMatchObject(
      [{ host: MASTER, what: "backup /nfs/alluxio/b.gz", level: "takeover", remedy: /fsadmin backup/ }].map((one) => ({
        ...one,
        remedy: expect.stringMatching(one.remedy) as string,
      })),
    );
  });

  test("that is there, or that a journal has made needless, is not spoken of", () => {
    expect([seeing("there"), seeing()]).toEqual([[], []]);
  });
});
