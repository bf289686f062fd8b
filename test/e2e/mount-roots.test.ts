import { chosenImage } from "../../stacks/images";
import { dockerMountRoot } from "../../provider/docker/dockerMounts";
import type { MountRootInputs } from "../../provider/resources/mountRoot";
import { DockerTransport } from "../../provider/transports/docker";
import { must, PROJECT } from "../support/process";

const docker = new DockerTransport();
const image = chosenImage(PROJECT, "dev", { version: "2.9.4", image: "alluxio/alluxio:2.9.4" })!.id;
const access = dockerMountRoot(docker);
const ID = "e2e0e2e0mountroots";
const FOLDER = `/mnt/alluxio-e2e-${process.pid}`;

/** On the machine itself, as root, whoever runs the tests. */
const host = async (script: string): Promise<string[]> => {
  const { code, stdout, stderr } = await docker.runOnHost(image, ID, script, [FOLDER]);
  if (code !== 0) throw new Error(`${script}: ${stderr}`);
  return stdout.split("\n").filter((line) => line !== "");
};
const mounts = () =>
  host('findmnt -n -l -o TARGET | while read -r t; do case $t in "$1"*) echo "$t" ;; esac; done | sort');
const inputs = (clusterId: string, path: string, mountPoint: string): MountRootInputs => ({
  clusterId,
  path,
  mountPoints: [mountPoint],
  image,
  shared: true,
});

/** A file system of Alluxio's kind whose process is gone. Containers that look at the machine may not open its devices. */
const mountWithoutServer = (path: string) =>
  must(
    ...([
      "docker",
      "run",
      "--rm",
      "--user",
      "0",
      "--pid",
      "host",
      "--network",
      "none",
      "--device",
      "/dev/fuse",
    ] as const),
    ...["--cap-add", "SYS_ADMIN", "--cap-add", "SYS_PTRACE", "--security-opt", "apparmor=unconfined"],
    ...["--entrypoint", "sh", image, "-c", 'exec nsenter -t "$PPID" -m -- sh -c "$0" sh "$@"'],
    'exec 3<>/dev/fuse && mount -i -t fuse.alluxio-fuse -o fd=3,rootmode=40000,user_id=0,group_id=0 alluxio-fuse "$1"',
    path,
  );

afterEach(async () => {
  await host(
    'for i in 1 2 3 4; do findmnt -n -l -o TARGET | grep -F "$1" | tac | while read -r t; do umount -l "$t"; done; done; rm -rf "$1" /run/alluxio-pulumi/e2e*; exit 0',
  );
}, 30_000);

test("in a private mount it makes a shared one, keeps what is mounted there, and takes it back when nobody else uses it", async () => {
  await host(
    'mkdir -p "$1" && mount -t tmpfs tmpfs "$1" && mount --make-private "$1" && mkdir "$1/disk" && mount -t tmpfs tmpfs "$1/disk" && : > "$1/disk/file"',
  );
  const before = await mounts();
  const [first, second] = [inputs("e2eaaaa", FOLDER, `${FOLDER}/a`), inputs("e2ebbbb", FOLDER, `${FOLDER}/b`)];
  await access.share(first);
  await access.share(first);
  await access.share(second);
  expect(await access.isShared(first)).toBe(true);
  expect(await host('ls "$1/disk"')).toEqual(["file"]);
  expect(await mounts()).toEqual([...before, FOLDER, `${FOLDER}/disk`].sort());

  await host('mount -t tmpfs tmpfs "$1/b"');
  await access.unshare(first);
  expect(await mounts()).toContain(`${FOLDER}/b`);

  await host('umount "$1/b"');
  await access.unshare(second);
  await access.unshare(first);
  expect([await mounts(), await host('ls "$1"')]).toEqual([before, ["disk"]]);
}, 60_000);

test("a dead mount of Alluxio below it is taken along, and one that is served stays", async () => {
  await host('mkdir -p "$1" && mount -t tmpfs tmpfs "$1" && mount --make-private "$1"');
  const root = inputs("e2eeeee", `${FOLDER}/made`, `${FOLDER}/made/data`);
  await access.share(root);
  await host('mkdir "$1/made/moved" "$1/made/theirs" && mount -t tmpfs tmpfs "$1/made/theirs"');
  await mountWithoutServer(`${FOLDER}/made/moved`);
  expect(await mounts()).toEqual([FOLDER, `${FOLDER}/made`, `${FOLDER}/made/moved`, `${FOLDER}/made/theirs`]);
  await access.unshare(root);
  expect(await mounts()).toEqual([FOLDER, `${FOLDER}/made`, `${FOLDER}/made/theirs`]);

  await host('umount "$1/made/theirs" && rmdir "$1/made/theirs"');
  await access.unshare(root);
  expect([await mounts(), await host('find "$1" -mindepth 1')]).toEqual([[FOLDER], []]);
}, 60_000);

test.each([
  ["unmounted", 'umount "$1/made"'],
  ["removed", 'umount "$1/made" && rm -r "$1/made"'],
])(
  "one that somebody has %s is forgotten, and nothing of it is left",
  async (_, script) => {
    await host('mkdir -p "$1" && mount -t tmpfs tmpfs "$1" && mount --make-private "$1"');
    const root = inputs("e2e9999", `${FOLDER}/made`, `${FOLDER}/made/data`);
    await access.share(root);
    expect(await mounts()).toEqual([FOLDER, `${FOLDER}/made`]);
    await host(script);
    await access.unshare(root);
    expect([await mounts(), await host('find "$1" -mindepth 1')]).toEqual([[FOLDER], []]);
    expect(await host("find /run/alluxio-pulumi/e2e9999 2>/dev/null; exit 0")).toEqual([]);
  },
  60_000,
);

test("in a shared mount it makes the folders, and nothing else", async () => {
  await host('mkdir -p "$1" && mount -t tmpfs tmpfs "$1" && mount --make-shared "$1"');
  const root = inputs("e2ecccc", `${FOLDER}/deep/er`, `${FOLDER}/deep/er/data`);
  await access.share(root);
  expect([await access.isShared(root), await mounts()]).toEqual([true, [FOLDER]]);
  expect(await host('find "$1" -mindepth 1 | sort')).toEqual([
    `${FOLDER}/deep`,
    `${FOLDER}/deep/er`,
    `${FOLDER}/deep/er/data`,
  ]);
  await access.unshare(root);
  expect(await host('find "$1" -mindepth 1')).toEqual([]);
}, 60_000);

test("a folder of the user's is used, and stays", async () => {
  await host('mkdir -p "$1" && mount -t tmpfs tmpfs "$1" && mount --make-shared "$1" && mkdir "$1/mine"');
  const root = inputs("e2edddd", FOLDER, `${FOLDER}/mine`);
  await access.share(root);
  await access.unshare(root);
  expect(await host('ls "$1"')).toEqual(["mine"]);
}, 60_000);

test("a mount that has left the spec leaves neither its folder nor a mark at the end", async () => {
  await host('mkdir -p "$1" && mount -t tmpfs tmpfs "$1" && mount --make-shared "$1" && mkdir "$1/theirs"');
  const root = inputs("e2effff", FOLDER, `${FOLDER}/stays`);
  await access.share({ ...root, mountPoints: [`${FOLDER}/leaves`, ...root.mountPoints, `${FOLDER}/theirs`] });
  await access.share(root);
  await access.unshare(root);
  expect(await host('ls "$1"')).toEqual(["theirs"]);
  expect(await host("find /run/alluxio-pulumi/e2effff 2>/dev/null; exit 0")).toEqual([]);
}, 60_000);
