import * as pulumi from "@pulumi/pulumi";
import * as alluxio from "../../provider/classes";
import type { HostPlan, JavaPlan } from "../plan/hosts/types";
import type { Archive } from "../spec/spec";
import type { Context } from "./context";
import { configuredFile } from "./credentials";

/** A bare machine made ready: service user, Java, Alluxio unpacked, and every file and directory that its processes need. */
export class Machine extends pulumi.ComponentResource {
  /** All that must be there before a process starts. */
  readonly ready: readonly pulumi.CustomResource[];

  constructor(context: Context, plan: HostPlan, opts?: pulumi.ComponentResourceOptions) {
    const { host, user, lines, release, directories, files } = plan;
    super("alluxio:hosts:Machine", `${context.name}-${host}`, {}, opts);
    const { clusterId } = context;

    const system = new alluxio.HostSystem(
      `${context.name}-system-${host}`,
      { host, clusterId, user, lines: [...lines] },
      context.options(this),
    );
    const java = this.createJava(context, host, plan.java, system);
    const unpacked = new alluxio.HostRelease(
      `${context.name}-release-${host}`,
      {
        ...{ host, clusterId, version: release.version, prefix: release.prefix, link: release.link.path },
        ...fetched(release.archive),
      },
      context.options(this, [system]),
    );
    const configuration = new alluxio.HostConfiguration(
      `${context.name}-configuration-${host}`,
      {
        ...{ host, clusterId, provider: context.provider },
        directories: Object.fromEntries(directories.map(({ path, ...directory }) => [path, directory])),
        files: Object.fromEntries(files.map((file) => [file.path, configuredFile(context, file)])),
      },
      // The configuration of people's commands lies in the release; that of a process tells how the old one runs.
      context.rollout.afterLook(context.options(this, [system, unpacked])),
    );

    this.ready = [system, ...java, unpacked, configuration];
    this.registerOutputs({});
  }

  /** None where the machine has its own. */
  private createJava(
    context: Context,
    host: string,
    java: JavaPlan | undefined,
    system: alluxio.HostSystem,
  ): pulumi.CustomResource[] {
    if (java?.archive === undefined) return [];
    return [
      new alluxio.HostJava(
        `${context.name}-java-${host}`,
        { ...{ host, clusterId: context.clusterId, home: java.home }, ...fetched(java.archive) },
        context.options(this, [system]),
      ),
    ];
  }
}

const fetched = ({ sha256, ...source }: Archive) => ({ source, sha256 });
