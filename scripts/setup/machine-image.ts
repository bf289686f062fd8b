import path from "node:path";
import type Docker from "dockerode";
import { hashOf } from "./cache";
import type { Context, Work } from "./context";
import { checkPackages, installPackages } from "./debian";
import { DebianBase } from "./debian-base";
import { buildImage, imageId, proxies, rootsFiles, tarOf } from "./docker-build";
import { checkLocal } from "./docker-endpoint";

const OWN_FILES = ["Dockerfile", "device-nodes.service"];

/** The image of the machines on which tests install Alluxio over SSH: systemd and sshd, and no Alluxio. */
export class MachineImage {
  /** Changes with all that it is made of. */
  readonly tag: string;
  private readonly source: string;
  private readonly base: DebianBase;

  constructor(
    private readonly context: Pick<Context, "places" | "env" | "progress">,
    private readonly docker: Docker,
  ) {
    this.source = path.join(context.places.project, "offline", "machine-image");
    this.base = new DebianBase(context, docker);
    const files = OWN_FILES.map((name) => path.join(this.source, name));
    this.tag = `alluxio-machine:${hashOf(files, { rootfs: this.base.hash })}`;
  }

  /** @param dockerAnswers false while Docker is still to be installed: then nothing can be there yet */
  async work(dockerAnswers: boolean): Promise<Work[]> {
    if (dockerAnswers && (await imageId(this.docker, this.tag)) !== undefined) return [];
    checkPackages(this.base.packages, "Building the machine image here");
    return [
      {
        name: "machine image",
        how: "built here, for tests that reach machines by SSH",
        seconds: 40 + this.base.seconds,
        run: () => this.build(),
      },
    ];
  }

  private async build(): Promise<void> {
    checkLocal(this.context.env, "The machine image");
    await installPackages(this.base.packages, this.context.progress);
    await this.base.prepare();
    await this.base.import();
    await buildImage(this.docker, tarOf(rootsFiles(this.source, OWN_FILES)), {
      t: this.tag,
      buildargs: { BASE: this.base.tag, ...proxies(this.context.env) },
      networkmode: "host", // as debootstrap has it: a proxy may listen on this machine alone
    });
  }
}
