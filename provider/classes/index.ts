import * as pulumi from "@pulumi/pulumi";
import { declaredRuns } from "../../components/plan/declared";
import type { SshAccess } from "../../components/plan/ssh/target";
import type { ClusterPlan } from "../../components/plan/types";
import type { FreeNameArgs, FreeNameResult } from "../functions/freeName";
import type { ChangeGuardInputs } from "../resources/changeGuard";
import type { CredentialsInputs } from "../resources/credentials";
import type { DataVolumeInputs } from "../resources/dataVolume";
import type { FuseMountInputs } from "../resources/fuseMount";
import type { JournalMemberInputs } from "../resources/journalMember";
import type { MembershipInputs } from "../resources/membership";
import type { MountRootInputs } from "../resources/mountRoot";
import type { PreflightInputs, RunningPlan } from "../resources/preflight";
import type { UnderStorageAccessInputs } from "../resources/underStorageAccess";
import type { AwaitProcessesArgs, AwaitProcessesResult } from "../rollout/awaitProcesses";
import type { BeginRolloutArgs, BeginRolloutResult } from "../rollout/beginRollout";
import type { PrepareMasterArgs, PrepareMasterResult } from "../rollout/prepareMaster";

/** Inputs that may flow from other resources. */
type Args<T> = { [K in keyof T]: Arg<T[K]> };
type Arg<T> = T extends readonly string[]
  ? pulumi.Input<pulumi.Input<string>[]>
  : T extends Readonly<Record<string, string>>
    ? pulumi.Input<Record<string, pulumi.Input<string>>>
    : pulumi.Input<T>;

export * from "./hosts";
export * from "./sealingKey";

/** How the provider reaches the machines: one instance for each Docker daemon, or for the hosts of a cluster. */
export class Provider extends pulumi.ProviderResource {
  /**
   * @param args.labels of every container that the provider itself makes, beside those that decide whose it is
   * @param args.ssh the hosts; nothing of it is secret
   * @param args.gone hosts of which nothing is known any more: what was there is forgotten where they do not answer
   */
  constructor(
    name: string,
    {
      labels,
      ssh,
      gone = [],
      ...args
    }: {
      dockerHost?: pulumi.Input<string>;
      labels?: Readonly<Record<string, string>>;
      ssh?: SshAccess;
      gone?: readonly string[];
    },
    opts?: pulumi.ResourceOptions,
  ) {
    const hosts = {
      ...(ssh === undefined ? {} : { ssh: JSON.stringify(ssh) }),
      ...(gone.length === 0 ? {} : { gone: JSON.stringify(gone) }),
    };
    super("alluxio", name, { ...args, ...(labels ? { labels: JSON.stringify(labels) } : {}), ...hosts }, opts);
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
  /** The plan, with how often each process was renewed because of its drift. */
  declare readonly plan: pulumi.Output<RunningPlan>;

  constructor(
    name: string,
    args: Omit<Args<PreflightInputs>, "plan" | "processes"> & { plan: ClusterPlan },
    opts?: pulumi.CustomResourceOptions,
  ) {
    // The engine takes the new value of a drift that it shows from the inputs.
    super("alluxio:index:Preflight", name, { ...args, processes: declaredRuns(args.plan) }, opts);
  }
}

/** A Docker volume with what exists nowhere else; see `provider/resources/dataVolume.ts`. */
export class DataVolume extends pulumi.CustomResource {
  declare readonly volumeName: pulumi.Output<string>;

  constructor(name: string, args: Args<Omit<DataVolumeInputs, "presence">>, opts?: pulumi.CustomResourceOptions) {
    super("alluxio:index:DataVolume", name, { ...args, presence: "present" }, opts);
  }
}

/** Credentials as files of the processes that read them; see `provider/resources/credentials.ts`. */
export class Credentials extends pulumi.CustomResource {
  declare readonly volumeName: pulumi.Output<string>;
  /** Changes with the credentials, and says nothing about them. */
  declare readonly digest: pulumi.Output<string>;

  constructor(
    name: string,
    { credentials, ...args }: Args<Omit<CredentialsInputs, "files">>,
    opts?: pulumi.CustomResourceOptions,
  ) {
    const files = pulumi
      .output(args.properties)
      .apply((properties) => Object.fromEntries(Object.keys(properties).map((process) => [process, "intact"])));
    super(
      "alluxio:index:Credentials",
      name,
      {
        digest: undefined,
        salt: undefined,
        written: undefined,
        ...args,
        files,
        credentials: pulumi.secret(credentials),
      },
      { ...opts, additionalSecretOutputs: ["salt"] },
    );
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

  constructor(
    name: string,
    args: Args<Omit<FuseMountInputs, "condition" | "mountedAt" | "supervisor">>,
    opts?: pulumi.CustomResourceOptions,
  ) {
    const declared = { condition: "mounted", mountedAt: [args.mountPoint], supervisor: "running" };
    super("alluxio:index:FuseMount", name, { ...args, ...declared }, opts);
  }
}

/** The proof that the under storage lets the masters in; see `provider/resources/underStorageAccess.ts`. */
export class UnderStorageAccess extends pulumi.CustomResource {
  constructor(
    name: string,
    args: Args<Omit<UnderStorageAccessInputs, "condition">>,
    opts?: pulumi.CustomResourceOptions,
  ) {
    super("alluxio:index:UnderStorageAccess", name, { ...args, condition: "granted" }, opts);
  }
}

/** Makes a name free, or says why it cannot be given; see `provider/functions/freeName.ts`. */
export const freeName = (args: FreeNameArgs, provider: Provider): Promise<FreeNameResult> =>
  pulumi.runtime.invoke("alluxio:index:freeName", args, { provider }) as Promise<FreeNameResult>;

/** The look before a running cluster is changed; see `provider/rollout/beginRollout.ts`. */
export const beginRollout = (args: BeginRolloutArgs, provider: Provider): Promise<BeginRolloutResult> =>
  pulumi.runtime.invoke("alluxio:index:beginRollout", args, { provider }) as Promise<BeginRolloutResult>;

/** Backs the journal up and moves the lead before a master is touched; see `provider/rollout/prepareMaster.ts`. */
export const prepareMaster = (args: PrepareMasterArgs, provider: Provider): Promise<PrepareMasterResult> =>
  pulumi.runtime.invoke("alluxio:index:prepareMaster", args, { provider }) as Promise<PrepareMasterResult>;

/** The gate between two steps of a rolling change; see `provider/rollout/awaitProcesses.ts`. */
export const awaitProcesses = (args: AwaitProcessesArgs, provider: Provider): Promise<AwaitProcessesResult> =>
  pulumi.runtime.invoke("alluxio:index:awaitProcesses", args, { provider }) as Promise<AwaitProcessesResult>;
