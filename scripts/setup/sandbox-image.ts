import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import type Docker from "dockerode";
import { CacheEntry, hashOf } from "./cache";
import { run } from "./command";
import type { Context } from "./context";
import { debianMirror, missingPackages } from "./debian";
import { SetupProblem } from "./problem";

/** Versions whose parts are all on Maven Central. */
export const BUILDABLE: readonly string[] = ["2.9.0", "2.9.4", "2.9.6"];

/** What the image gets from our own folder; the rest are jars and Debian. */
const OWN_FILES = [
  "Dockerfile",
  "alluxio",
  "alluxio-config.sh",
  "alluxio-fuse",
  "entrypoint.sh",
  "launch-process",
  "log4j.properties",
];

/** What the container of the root file system sees of this machine, read-only: enough to run its debootstrap. */
const HOST_FOLDERS = ["/bin", "/etc", "/lib", "/lib32", "/lib64", "/sbin", "/usr"];

/**
 * Maven properties of one version, where it needs others than the pom has: Alluxio 2.9.0 was made with an older gRPC, and
 * its S3 under storage is not on Maven Central.
 */
const MAVEN_PROPERTIES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "2.9.0": { "grpc.version": "1.37.0", "without.s3": "true" },
};

/** The Alluxio image that is built here from Maven Central artifacts and Debian packages. */
export class SandboxImage {
  readonly tag: string;
  private readonly source: string;
  private readonly jars: CacheEntry;
  private readonly rootfs: CacheEntry;

  constructor(
    private readonly context: Context,
    private readonly docker: Docker,
    readonly version: string,
  ) {
    this.source = path.join(context.places.project, "offline", "alluxio-image");
    const files = (names: readonly string[]) => names.map((name) => path.join(this.source, name));
    const jars = hashOf(files(["pom.xml"]), { version, ...MAVEN_PROPERTIES[version] });
    const rootfs = hashOf(files(["rootfs.sh"]), { arch: process.arch });
    this.jars = new CacheEntry(`alluxio-jars-${version}-${jars}`);
    this.rootfs = new CacheEntry(`debian-rootfs-${rootfs}`);
    this.tag = `alluxio-sandbox:${version}-${hashOf(files(OWN_FILES), { jars, rootfs })}`;
  }

  /** Expected seconds on two free cores. */
  get seconds(): number {
    return 20 + (this.jars.exists ? 0 : 90) + (this.rootfs.exists ? 0 : 150);
  }

  /** Debian packages to install first. */
  get packages(): string[] {
    return missingPackages({
      ...(this.jars.exists ? {} : { mvn: "maven" }),
      ...(this.rootfs.exists ? {} : { debootstrap: "debootstrap" }),
    });
  }

  /** @returns the image's id */
  async build(): Promise<string> {
    await Promise.all([this.fetchJars(), this.makeRootfs()]);
    const base = await this.importBase();
    await this.buildImage(base);
    return (await this.docker.getImage(this.tag).inspect()).Id;
  }

  private async fetchJars(): Promise<void> {
    await this.jars.ensure(
      (folder) =>
        this.context.progress.step(`Alluxio ${this.version} from Maven Central`, 90, async () => {
          const pom = path.join(folder, "pom.xml");
          fs.copyFileSync(path.join(this.source, "pom.xml"), pom);
          const out = path.join(folder, "jars");
          const properties = {
            "alluxio.version": this.version,
            ...MAVEN_PROPERTIES[this.version],
            outputDirectory: out,
            includeScope: "runtime",
          };
          const flags = Object.entries(properties).map(([name, value]) => `-D${name}=${value}`);
          await run("mvn", ["-B", "-q", "--strict-checksums", "-f", pom, "dependency:copy-dependencies", ...flags], {
            log: path.join(folder, "maven.log"),
          });
        }),
      this.context.progress,
    );
  }

  private async makeRootfs(): Promise<void> {
    await this.rootfs.ensure(
      (folder) =>
        this.context.progress.step("Debian with Java 11 and FUSE", 150, () =>
          this.runDebootstrap(path.join(folder, "rootfs.tar"), path.join(folder, "rootfs.log")),
        ),
      this.context.progress,
    );
  }

  /** In a container of an empty image that sees this machine's own programs: root there, whoever we are here. */
  private async runDebootstrap(tar: string, log: string): Promise<void> {
    const empty = "alluxio-sandbox-empty:latest";
    await this.importTar(empty, ["--files-from", "/dev/null"]);
    const name = `${this.rootfs.name}-${process.getuid?.() ?? 0}`;
    await this.docker
      .getContainer(name)
      .remove({ force: true })
      .catch(() => undefined); // of a run that was killed
    const container = await this.docker.createContainer({
      name,
      Image: empty,
      Cmd: ["/bin/bash", "/rootfs.sh", debianMirror()],
      Env: ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", ...proxies(this.context.env)],
      HostConfig: {
        NetworkMode: "host",
        CapAdd: ["SYS_ADMIN"], // debootstrap mounts /proc and /sys in what it makes
        SecurityOpt: ["seccomp=unconfined", "apparmor=unconfined"],
        Tmpfs: { "/tmp": "exec" },
        Binds: [
          ...HOST_FOLDERS.filter((folder) => fs.existsSync(folder)).map((folder) => `${folder}:${folder}:ro`),
          `${path.join(this.source, "rootfs.sh")}:/rootfs.sh:ro`,
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

  private async importBase(): Promise<string> {
    const tag = `alluxio-sandbox-base:${this.rootfs.name}`;
    const known = await this.docker
      .getImage(tag)
      .inspect()
      .catch(() => undefined);
    if (known === undefined) {
      const stream = fs.createReadStream(this.rootfs.file("rootfs.tar"));
      await this.followImport(await this.docker.importImage(stream, split(tag)));
    }
    return tag;
  }

  private async importTar(tag: string, tarArguments: readonly string[]): Promise<void> {
    const tar = spawn("tar", ["-c", ...tarArguments], { stdio: ["ignore", "pipe", "inherit"] });
    await this.followImport(await this.docker.importImage(tar.stdout, split(tag)));
  }

  private async buildImage(base: string): Promise<void> {
    const own = ["--owner=0", "--group=0", "--mode=a+rX,go-w", "-C", this.source, ...OWN_FILES];
    const tar = spawn("tar", ["-c", ...own, "-C", this.jars.folder, "jars"], { stdio: ["ignore", "pipe", "inherit"] });
    const labels = { "alluxio.image.version": this.version };
    const stream = await this.docker.buildImage(tar.stdout, { t: this.tag, buildargs: { BASE: base }, labels });
    await this.followImport(stream);
  }

  private followImport(stream: NodeJS.ReadableStream): Promise<void> {
    return new Promise((resolve, reject) => {
      let failure: string | undefined;
      this.docker.modem.followProgress(
        stream,
        (error) => {
          if (error) reject(error);
          else if (failure !== undefined) reject(new SetupProblem(`Docker: ${failure}`));
          else resolve();
        },
        (event: { error?: string }) => (failure ??= event.error),
      );
    });
  }
}

function split(tag: string): { repo: string; tag: string } {
  const [repo = "", name = "latest"] = tag.split(":");
  return { repo, tag: name };
}

function proxies(env: NodeJS.ProcessEnv): string[] {
  return ["http_proxy", "https_proxy", "no_proxy"].flatMap((name) => {
    const value = env[name];
    return value ? [`${name}=${value}`] : [];
  });
}
