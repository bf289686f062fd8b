import path from "node:path";
import type Docker from "dockerode";
import { AlluxioJars } from "./alluxio-jars";
import { hashOf } from "./cache";
import type { Context } from "./context";
import { DebianBase } from "./debian-base";
import { buildImage, rootsFiles, tarOf } from "./docker-build";

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

/** The Alluxio image that is built here from Maven Central artifacts and Debian packages. */
export class SandboxImage {
  readonly tag: string;
  private readonly source: string;
  private readonly jars: AlluxioJars;
  private readonly base: DebianBase;

  constructor(
    context: Context,
    private readonly docker: Docker,
    readonly version: string,
  ) {
    this.source = path.join(context.places.project, "offline", "alluxio-image");
    this.jars = new AlluxioJars(context, version);
    this.base = new DebianBase(context, docker);
    const files = OWN_FILES.map((name) => path.join(this.source, name));
    this.tag = `alluxio-sandbox:${version}-${hashOf(files, { jars: this.jars.hash, rootfs: this.base.hash })}`;
  }

  /** Expected seconds on two free cores. */
  get seconds(): number {
    return 20 + this.jars.seconds + this.base.seconds;
  }

  /** Debian packages to install first. */
  get packages(): string[] {
    return [...this.jars.packages, ...this.base.packages];
  }

  /** @returns the image's id */
  async build(): Promise<string> {
    await Promise.all([this.jars.fetch(), this.base.prepare()]);
    await this.base.import();
    const files = tarOf([...rootsFiles(this.source, OWN_FILES), "-C", this.jars.folder, "jars"]);
    const labels = { "alluxio.image.version": this.version };
    await buildImage(this.docker, files, { t: this.tag, buildargs: { BASE: this.base.tag }, labels });
    return (await this.docker.getImage(this.tag).inspect()).Id;
  }
}
