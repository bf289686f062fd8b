import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { seal } from "../sealing";
import { sealingKey } from "./sealingKey";
import type { AlluxioPathsInputs } from "../resources/hosts/alluxioPaths";
import type { ConfigurationInputs, OwnedFile } from "../resources/hosts/configuration";
import type { HostFuseMountInputs } from "../resources/hosts/fuseMount";
import type { HostJournalMemberInputs } from "../resources/hosts/journalMember";
import type { JavaInputs } from "../resources/hosts/java";
import type { HostPreflightInputs } from "../resources/hosts/preflight";
import type { RamdiskInputs } from "../resources/hosts/ramdisk";
import type { ReleaseInputs } from "../resources/hosts/release";
import type { ServiceInputs } from "../resources/hosts/service";
import type { SystemInputs } from "../resources/hosts/system";

async function sealedFor(provider: pulumi.ProviderResource, text: string): Promise<string> {
  const { publicKey } = await sealingKey(provider);
  return seal(text, publicKey);
}

type Args<T> = { [K in keyof T]: pulumi.Input<T[K]> };

/** A file of a {@link HostConfiguration}, with its content. */
export type ConfiguredFile = Omit<OwnedFile, "sha256"> & {
  readonly content: pulumi.Input<string>;
  /** Whether the content is for the eyes of the provider alone. @default false */
  readonly secret?: boolean;
};

/** The service user of a host, and lines of its system files; see `provider/resources/hosts/system.ts`. One a host. */
export class HostSystem extends pulumi.CustomResource {
  constructor(name: string, args: Args<SystemInputs>, opts?: pulumi.CustomResourceOptions) {
    super("alluxio:hosts:System", name, args, opts);
  }
}

/** A Java unpacked on a host; see `provider/resources/hosts/java.ts`. */
export class HostJava extends pulumi.CustomResource {
  declare readonly home: pulumi.Output<string>;

  constructor(name: string, args: Args<Omit<JavaInputs, "changed">>, opts?: pulumi.CustomResourceOptions) {
    super("alluxio:hosts:Java", name, { ...args, changed: [] }, opts);
  }
}

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

  /**
   * @param args.files by path
   * @param args.provider for which the contents of secret files are sealed
   */
  constructor(
    name: string,
    {
      files,
      provider,
      ...args
    }: Args<Omit<ConfigurationInputs, "files" | "contents" | "sealed">> & {
      readonly files: Readonly<Record<string, ConfiguredFile>>;
      readonly provider: pulumi.ProviderResource;
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
    const sealed = all.filter(([, { secret = false }]) => secret).map(([path]) => path);
    const contents = all.map(([path, { content, secret = false }]) => [
      path,
      secret ? pulumi.output(content).apply((text) => sealedFor(provider, text)) : content,
    ]);
    const inputs = {
      ...args,
      files: Object.fromEntries(declared) as object,
      contents: Object.fromEntries(contents) as object,
      ...(sealed.length > 0 ? { sealed } : {}),
      digest: undefined,
    };
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

/** What the service of a master is told of its journal. */
export type MasterJournalArgs = Pick<ServiceInputs, "journalFolder" | "confirmedLoss">;

/** A process of Alluxio on a host; see `provider/resources/hosts/service.ts`. */
export class HostService extends pulumi.CustomResource {
  constructor(
    name: string,
    { active = true, ...args }: Args<Omit<ServiceInputs, "condition" | "journal">> & { readonly active?: boolean },
    opts?: pulumi.CustomResourceOptions,
  ) {
    const journal = args.journalFolder === undefined ? {} : { journal: "kept" };
    super("alluxio:hosts:Service", name, { ...args, ...journal, condition: active ? "running" : "stopped" }, opts);
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

/** Directories in the Alluxio of a cluster on hosts; see `provider/resources/hosts/alluxioPaths.ts`. */
export class HostAlluxioPaths extends pulumi.CustomResource {
  constructor(name: string, args: Args<AlluxioPathsInputs>, opts?: pulumi.CustomResourceOptions) {
    super("alluxio:hosts:AlluxioPaths", name, { ...args }, opts);
  }
}

/** What the hosts of a cluster have to give; see `provider/resources/hosts/preflight.ts`. */
export class HostPreflight extends pulumi.CustomResource {
  /** @param args what `demandsOf` says of the plan */
  constructor(name: string, args: Args<HostPreflightInputs>, opts?: pulumi.CustomResourceOptions) {
    super("alluxio:hosts:Preflight", name, { ...args, known: undefined }, opts);
  }
}

/** A master's journal as a member of a quorum that exists, on a host; see `provider/resources/hosts/journalMember.ts`. */
export class HostJournalMember extends pulumi.CustomResource {
  constructor(name: string, args: Args<HostJournalMemberInputs>, opts?: pulumi.CustomResourceOptions) {
    super("alluxio:hosts:JournalMember", name, { ...args }, opts);
  }
}
