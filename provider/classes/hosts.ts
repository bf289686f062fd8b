import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import type { ConfigurationInputs, OwnedFile } from "../resources/hosts/configuration";
import type { HostFuseMountInputs } from "../resources/hosts/fuseMount";
import type { RamdiskInputs } from "../resources/hosts/ramdisk";
import type { ReleaseInputs } from "../resources/hosts/release";
import type { ServiceInputs } from "../resources/hosts/service";

type Args<T> = { [K in keyof T]: pulumi.Input<T[K]> };

/** A file of a {@link HostConfiguration}, with its content. */
export type ConfiguredFile = Omit<OwnedFile, "sha256"> & { readonly content: pulumi.Input<string> };

/** Alluxio unpacked on a host; see `provider/resources/hosts/release.ts`. */
export class HostRelease extends pulumi.CustomResource {
  declare readonly sha256: pulumi.Output<string>;

  constructor(
    name: string,
    args: Args<Omit<ReleaseInputs, "linked" | "changed">>,
    opts?: pulumi.CustomResourceOptions,
  ) {
    const linked = pulumi.interpolate`${args.prefix}/alluxio-${args.version}`;
    super("alluxio:hosts:Release", name, { ...args, linked, changed: [] }, opts);
  }
}

/** Directories and files of a host; see `provider/resources/hosts/configuration.ts`. */
export class HostConfiguration extends pulumi.CustomResource {
  /** Changes with the content of any of the files: what reads them is to be restarted. */
  declare readonly digest: pulumi.Output<string>;

  /** @param args.files by path; the content of one may be secret */
  constructor(
    name: string,
    {
      files,
      ...args
    }: Args<Omit<ConfigurationInputs, "files" | "contents">> & {
      readonly files: Readonly<Record<string, ConfiguredFile>>;
    },
    opts?: pulumi.CustomResourceOptions,
  ) {
    const all = Object.entries(files);
    const sha256Of = (content: string): string => createHash("sha256").update(content).digest("hex");
    const declared = all.map(([path, { content, owner, group, mode }]) => [
      path,
      // Secret where the content is.
      { owner, group, mode, sha256: pulumi.output(content).apply(sha256Of) },
    ]);
    const contents = Object.fromEntries(all.map(([path, { content }]) => [path, content]));
    const inputs = { ...args, files: Object.fromEntries(declared) as object, contents, digest: undefined };
    super("alluxio:hosts:Configuration", name, inputs, opts);
  }
}

/** A tmpfs of a fixed size on a host; see `provider/resources/hosts/ramdisk.ts`. */
export class HostRamdisk extends pulumi.CustomResource {
  declare readonly mountPoint: pulumi.Output<string>;

  constructor(
    name: string,
    args: Args<Omit<RamdiskInputs, "filesystems" | "enabled">>,
    opts?: pulumi.CustomResourceOptions,
  ) {
    super("alluxio:hosts:Ramdisk", name, { ...args, filesystems: ["tmpfs"], enabled: true }, opts);
  }
}

/** A process of Alluxio on a host; see `provider/resources/hosts/service.ts`. */
export class HostService extends pulumi.CustomResource {
  constructor(
    name: string,
    { active = true, ...args }: Args<Omit<ServiceInputs, "condition">> & { readonly active?: boolean },
    opts?: pulumi.CustomResourceOptions,
  ) {
    super("alluxio:hosts:Service", name, { ...args, condition: active ? "running" : "stopped" }, opts);
  }
}

/** A FUSE mount on a host; see `provider/resources/hosts/fuseMount.ts`. */
export class HostFuseMount extends pulumi.CustomResource {
  declare readonly mountPoint: pulumi.Output<string>;

  constructor(
    name: string,
    args: Args<Omit<HostFuseMountInputs, "condition" | "mountedAt" | "process">>,
    opts?: pulumi.CustomResourceOptions,
  ) {
    const declared = { condition: "mounted", mountedAt: [args.mountPoint], process: "running" };
    super("alluxio:hosts:FuseMount", name, { ...args, ...declared }, opts);
  }
}
