import fs from "node:fs";
import path from "node:path";
import type Docker from "dockerode";
import { CacheEntry, hashOf } from "./cache";
import type { Context } from "./context";
import { debianMirror, missingPackages } from "./debian";
import { imageId, importImage, proxies, tarOf } from "./docker-build";
import { SetupProblem } from "./problem";

/** What the container of the root file system sees of this machine, read-only: enough to run its debootstrap. */
const HOST_FOLDERS = ["/bin", "/etc", "/lib", "/lib32", "/lib64", "/sbin", "/usr"];

/** Debian with Java 11 and FUSE, upon which the images that are built here stand. */
export class DebianBase {
  /** Changes with all that it is made of. */
  readonly hash: string;
  /** What to call the image. */
  readonly tag: string;
  private readonly script: string;
  private readonly rootfs: CacheEntry;

  constructor(
    private readonly context: Pick<Context, "places" | "env" | "progress">,
    private readonly docker: Docker,
  ) {
    this.script = path.join(context.places.project, "offline", "alluxio-image", "rootfs.sh");
    this.hash = hashOf([this.script], { arch: process.arch });
    this.rootfs = new CacheEntry(`debian-rootfs-${this.hash}`);
    this.tag = `alluxio-sandbox-base:${this.rootfs.name}`;
  }

  /** Expected seconds on two free cores. */
  get seconds(): number {
    return this.rootfs.exists ? 0 : 150;
  }

  /** Debian packages to install first. */
  get packages(): string[] {
    return this.rootfs.exists ? [] : missingPackages({ debootstrap: "debootstrap" });
  }

  /** Makes the root file system, unless it is in the cache. */
  async prepare(): Promise<void> {
    await this.rootfs.ensure(
      (folder) =>
        this.context.progress.step("Debian with Java 11 and FUSE", 150, () =>
          this.runDebootstrap(path.join(folder, "rootfs.tar"), path.join(folder, "rootfs.log")),
        ),
      this.context.progress,
    );
  }

  /** Hands the prepared root file system to Docker. */
  async import(): Promise<void> {
    if ((await imageId(this.docker, this.tag)) !== undefined) return;
    await importImage(this.docker, this.tag, fs.createReadStream(this.rootfs.file("rootfs.tar")));
  }

  /** In a container of an empty image that sees this machine's own programs: root there, whoever we are here. */
  private async runDebootstrap(tar: string, log: string): Promise<void> {
    const empty = "alluxio-sandbox-empty:latest";
    await importImage(this.docker, empty, tarOf(["--files-from", "/dev/null"]));
    const name = `${this.rootfs.name}-${process.getuid?.() ?? 0}`;
    await this.docker
      .getContainer(name)
      .remove({ force: true })
      .catch(() => undefined); // of a run that was killed
    const proxy = Object.entries(proxies(this.context.env)).map(([variable, value]) => `${variable}=${value}`);
    const container = await this.docker.createContainer({
      name,
      Image: empty,
      Cmd: ["/bin/bash", "/rootfs.sh", debianMirror()],
      Env: ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", ...proxy],
      HostConfig: {
        NetworkMode: "host",
        CapAdd: ["SYS_ADMIN"], // debootstrap mounts /proc and /sys in what it makes
        SecurityOpt: ["seccomp=unconfined", "apparmor=unconfined"],
        Tmpfs: { "/tmp": "exec" },
        Binds: [
          ...HOST_FOLDERS.filter((folder) => fs.existsSync(folder)).map((folder) => `${folder}:${folder}:ro`),
          `${this.script}:/rootfs.sh:ro`,
        ],
      },
    });
    try {
      const stream = await container.attach({ stream: true, stdout: true, stderr: true });
      const [output, errors] = [fs.createWriteStream(tar), fs.createWriteStream(log)];
      this.docker.modem.demuxStream(stream, output, errors);
      const heard = new Promise<void>((resolve) => stream.on("end", () => resolve()));
      await container.start();
      const { StatusCode: code } = (await container.wait()) as { StatusCode: number };
      await heard;
      await Promise.all([output, errors].map((file) => new Promise<void>((resolve) => file.end(() => resolve()))));
      if (code !== 0) {
        const said = fs.readFileSync(log, "utf8").trimEnd().split("\n").slice(-10).join("\n");
        throw new SetupProblem(`debootstrap failed (exit code ${code}):\n${said}`);
      }
    } finally {
      await container.remove({ force: true }).catch(() => undefined);
    }
  }
}
