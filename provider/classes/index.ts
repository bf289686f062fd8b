import * as pulumi from "@pulumi/pulumi";
import type { ChangeGuardInputs } from "../resources/changeGuard";
import type { DataVolumeInputs } from "../resources/dataVolume";
import type { FuseMountInputs } from "../resources/fuseMount";
import type { JournalMemberInputs } from "../resources/journalMember";
import type { MembershipInputs } from "../resources/membership";
import type { MountRootInputs } from "../resources/mountRoot";
import type { PreflightInputs } from "../resources/preflight";

/** Inputs that may flow from other resources. */
type Args<T> = { [K in keyof T]: Arg<T[K]> };
type Arg<T> = T extends readonly string[]
  ? pulumi.Input<pulumi.Input<string>[]>
  : T extends Readonly<Record<string, string>>
    ? pulumi.Input<Record<string, pulumi.Input<string>>>
    : pulumi.Input<T>;

/** How the provider reaches the machines: one instance for each Docker daemon. */
export class Provider extends pulumi.ProviderResource {
  constructor(name: string, args: { dockerHost?: pulumi.Input<string> }, opts?: pulumi.ResourceOptions) {
    super("alluxio", name, args, opts);
  }
}

/** The first resource of a cluster; see `provider/resources/changeGuard.ts`. */
export class ChangeGuard extends pulumi.CustomResource {
  /** Random id of the cluster: it decides what is ours. */
  declare readonly clusterId: pulumi.Output<string>;
  /** With how many masters the quorum was first formed. */
  declare readonly formedWith: pulumi.Output<number>;

  constructor(name: string, args: Args<ChangeGuardInputs>, opts?: pulumi.CustomResourceOptions) {
    super("alluxio:index:ChangeGuard", name, { clusterId: undefined, formedWith: undefined, ...args }, opts);
  }
}

/** The look at the machine before anything is touched; see `provider/resources/preflight.ts`. */
export class Preflight extends pulumi.CustomResource {
  constructor(name: string, args: Args<PreflightInputs>, opts?: pulumi.CustomResourceOptions) {
    super("alluxio:index:Preflight", name, { ...args }, opts);
  }
}

/** A Docker volume with what exists nowhere else; see `provider/resources/dataVolume.ts`. */
export class DataVolume extends pulumi.CustomResource {
  declare readonly volumeName: pulumi.Output<string>;

  constructor(name: string, args: Args<Omit<DataVolumeInputs, "presence">>, opts?: pulumi.CustomResourceOptions) {
    super("alluxio:index:DataVolume", name, { ...args, presence: "present" }, opts);
  }
}

/** A master's journal as a member of a quorum that exists; see `provider/resources/journalMember.ts`. */
export class JournalMember extends pulumi.CustomResource {
  constructor(name: string, args: Args<JournalMemberInputs>, opts?: pulumi.CustomResourceOptions) {
    super("alluxio:index:JournalMember", name, { ...args }, opts);
  }
}

/** The workers registered at the leader; see `provider/resources/membership.ts`. */
export class Membership extends pulumi.CustomResource {
  /** Address of the leading master. */
  declare readonly leader: pulumi.Output<string>;

  constructor(name: string, args: Args<MembershipInputs>, opts?: pulumi.CustomResourceOptions) {
    super("alluxio:index:Membership", name, { leader: undefined, ...args }, opts);
  }
}

/** A folder whose mounts are shared with containers; see `provider/resources/mountRoot.ts`. */
export class MountRoot extends pulumi.CustomResource {
  declare readonly path: pulumi.Output<string>;

  constructor(name: string, args: Args<Omit<MountRootInputs, "shared">>, opts?: pulumi.CustomResourceOptions) {
    super("alluxio:index:MountRoot", name, { ...args, shared: true }, opts);
  }
}

/** A FUSE mount as the machine sees it; see `provider/resources/fuseMount.ts`. */
export class FuseMount extends pulumi.CustomResource {
  declare readonly mountPoint: pulumi.Output<string>;

  constructor(name: string, args: Args<Omit<FuseMountInputs, "condition">>, opts?: pulumi.CustomResourceOptions) {
    super("alluxio:index:FuseMount", name, { ...args, condition: "mounted" }, opts);
  }
}
