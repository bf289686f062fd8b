import { registeredMembers } from "../../../provider/probes/registered";
import { parseObservation } from "../../../provider/docker/dockerMounts";
import { listeningPorts } from "../../../provider/docker/portHolders";
import type { RegisteredWorker } from "../../../provider/probes/leader";
import { fuseMountsAt, parseMountinfo } from "../../../provider/probes/mountinfo";

/** Lines as the kernel writes them. */
const MOUNTINFO = String.raw`22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
36 22 0:32 / /mnt/two\040words rw master:12 propagate_from:3 - tmpfs tmpfs rw,size=1024k
41 22 0:40 / /mnt/back\134slash\011tab rw - fuse.alluxio-fuse alluxio\040fuse rw,user_id=0
42 22 0:41 / /mnt/private rw - xfs /dev/sdb1 rw
`;

describe("parseMountinfo", () => {
  const mounts = parseMountinfo(MOUNTINFO);

  test("optional fields: none, one or more", () => {
    expect(mounts.map((mount) => mount.propagation)).toEqual([["shared:1"], ["master:12", "propagate_from:3"], [], []]);
    expect(mounts.map((mount) => mount.type)).toEqual(["ext4", "tmpfs", "fuse.alluxio-fuse", "xfs"]);
    expect(mounts.map((mount) => mount.device)).toEqual(["8:1", "0:32", "0:40", "0:41"]);
  });

  test("octal escapes, in mount points and sources", () => {
    expect(mounts.map((mount) => mount.mountPoint)).toEqual([
      "/",
      "/mnt/two words",
      "/mnt/back\\slash\ttab",
      "/mnt/private",
    ]);
    expect(mounts[2]?.source).toBe("alluxio fuse");
  });

  test("lines that are no mounts are passed over", () => {
    expect(parseMountinfo("answer 0\nreadahead 128\n\n")).toEqual([]);
  });

  test("only Alluxio's file systems, and only at this very path", () => {
    expect(fuseMountsAt(mounts, "/mnt/back\\slash\ttab")).toHaveLength(1);
    expect(fuseMountsAt(mounts, "/mnt/private")).toEqual([]);
    expect(fuseMountsAt(mounts, "/mnt")).toEqual([]);
  });
});

describe("parseObservation", () => {
  const HERE = "/mnt/alluxio/dev-3f9c/data";
  const fuse = (path: string) => `50 22 0:50 / ${path} rw,nosuid shared:9 - fuse.alluxio-fuse alluxio-fuse rw\n`;

  test.each<[string, string, object]>([
    ["mounted", `${fuse(HERE)}answer 0\nreadahead 128\n`, { condition: "mounted", readAheadKiB: 128 }],
    ["mounted, the read-ahead not readable", `${fuse(HERE)}answer 0\nreadahead \n`, { condition: "mounted" }],
    ["dead", `${fuse(HERE)}answer 1\n`, { condition: "dead" }],
    ["silent: killed when its time was up", `${fuse(HERE)}answer 137\n`, { condition: "silent" }],
    ["stacked", `${fuse(HERE)}${fuse(HERE)}answer 0\nreadahead 128\n`, { condition: "stacked" }],
    ["absent: the folder itself answers", "22 1 8:1 / / rw - ext4 /dev/sda1 rw\nanswer 0\n", { condition: "absent" }],
    ["another mount beside it", `${fuse(`${HERE}2`)}answer 0\n`, { condition: "absent" }],
    ["another file system there", `50 22 0:50 / ${HERE} rw - ext4 /dev/sdb rw\nanswer 0\n`, { condition: "absent" }],
    ["no answer at all", "", { condition: "absent" }],
  ])("%s", (_, text, expected) => {
    expect(parseObservation(text, HERE)).toEqual({ ...expected, mountedAt: [HERE] });
  });
});

test("listeningPorts: hexadecimal, of sockets that listen where 127.0.0.1 would clash", () => {
  const line = (local: string, state: string): string =>
    `   0: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000  1000 0 12345 1 0 100 0 0 10 0`;
  const text = [
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
    line("0100007F:4E1F", "0A"),
    line("00000000:0016", "0A"),
    line("00000000000000000000000000000000:0016", "0A"),
    line("00000000000000000000000000000000:1F90", "0A"),
    line("00000000000000000000000001000000:1F91", "0A"),
    line("0000000000000000FFFF00000100007F:1F92", "0A"),
    // An established connection, and servers of other addresses: 127.0.0.53 and 10.0.0.1.
    line("0100007F:D431", "01"),
    line("3500007F:0035", "0A"),
    line("0100000A:0050", "0A"),
    "",
  ].join("\n");
  expect(listeningPorts(text).map(({ port }) => port)).toEqual([19999, 22, 8080, 8081, 8082]);
  expect(listeningPorts("")).toEqual([]);
});

describe("members", () => {
  const worker = (host: string, state: string, version?: string): RegisteredWorker => ({
    host,
    rpcPort: 29999,
    webPort: 30000,
    capacityBytes: 1024,
    usedBytes: 0,
    lastContactSeconds: 0,
    state,
    ...(version === undefined ? {} : { version }),
  });
  const wanting = (version?: string) => ({
    a: { capacityBytes: 1024, ...(version === undefined ? {} : { version }) },
  });

  test.each([
    ["ACTIVE", true],
    ["In Service", true],
    ["LOST", false],
    ["Decommissioned", false],
    ["Disabled", false],
    ["Out of Service", false],
  ])("a worker that is %s counts: %s", (state, counts) => {
    expect(Object.keys(registeredMembers([worker("a", state)], wanting()))).toEqual(counts ? ["a"] : []);
  });

  test("the version is told only where one is wanted", () => {
    const workers = [worker("a", "ACTIVE", "2.9.4"), worker("b", "ACTIVE")];
    expect(registeredMembers(workers, wanting("2.9.4"))).toEqual({
      a: { capacityBytes: 1024, version: "2.9.4" },
      b: { capacityBytes: 1024 },
    });
    expect(registeredMembers(workers, wanting())).toEqual({ a: { capacityBytes: 1024 }, b: { capacityBytes: 1024 } });
  });
});
