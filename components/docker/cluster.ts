import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import * as alluxio from "../../provider/classes";
import { ephemeralLabels } from "../plan/ephemeral";
import { expectedMembers } from "../plan/members";
import { physicalName } from "../plan/names";
import { masterAddresses } from "../plan/quorum";
import type { ClusterPlan, ProcessPlan } from "../plan/types";
import type { Context, DockerClusterArgs } from "./context";
import { createUnderStorageAccess } from "./credentials";
import { clusterLabels } from "./labels";
import { createMasters } from "./masters";
import { mastersServe } from "./mastersServe";
import { createMounts, type Mounts } from "./mounts";
import { createPaths } from "./paths";
import { createProcess } from "./process";
import { Rollout } from "./rollout";
import { freeingNames } from "./strays";
import { createVolumes } from "./volumes";

/**
 * A cluster of Alluxio on one machine's Docker: a network, volumes, one container a process, FUSE mounts that the
 * machine sees, and the proof that the right workers are registered.
 */
export class DockerCluster extends pulumi.ComponentResource {
  /** Random id, in the labels of everything that was made. */
  readonly clusterId: pulumi.Output<string>;
  /** Address of the first master's web server: dashboard (where the image has one) and REST API. */
  readonly webAddress: pulumi.Output<string>;
  /** Addresses of the masters inside the cluster's network. */
  readonly masters: readonly string[];
  /** Mount points on this machine, by the name of the mount. */
  readonly mountPoints: pulumi.Output<Record<string, string>>;
  /** Name of the Docker network, for containers that use the cluster. */
  readonly network: pulumi.Output<string>;

  constructor(name: string, args: DockerClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("alluxio:docker:Cluster", name, { plan: args.plan, imageId: args.imageId }, opts);
    const { plan } = args;
    const host = args.dockerHost;
    const dockerProvider = new docker.Provider(`${name}-docker`, host === undefined ? {} : { host }, { parent: this });
    const provider = new alluxio.Provider(
      `${name}-alluxio`,
      {
        ...(host === undefined ? {} : { dockerHost: host }),
        ...(args.ephemeral ? { labels: ephemeralLabels(args.ephemeral) } : {}),
      },
      { parent: this },
    );

    const guard = new alluxio.ChangeGuard(
      `${name}-guard`,
      { plan, confirm: [...args.confirm], owner: args.owner },
      { parent: this, provider },
    );
    const preflight = new alluxio.Preflight(
      `${name}-preflight`,
      {
        plan,
        clusterId: guard.clusterId,
        image: args.imageId,
        // A digest is one image for ever.
        tags: args.imageRef === undefined || args.imageRef.includes("@") ? {} : { [args.imageRef]: args.imageId },
      },
      { parent: this, provider, dependsOn: [guard] },
    );
    const providers = { docker: dockerProvider, alluxio: provider };
    const beforeCreate = [freeingNames(name, provider, guard.clusterId)];
    const context: Context = {
      name,
      args,
      clusterId: guard.clusterId,
      labels: clusterLabels(plan, guard.clusterId, args.ephemeral),
      provider,
      options: (plugin, dependsOn = []) => ({
        parent: this,
        dependsOn: [guard, preflight, ...dependsOn],
        ...(plugin === "command" ? {} : { provider: providers[plugin] }),
        ...(plugin === "docker" ? { hooks: { beforeCreate } } : {}),
      }),
      rollout: new Rollout({ plan, clusterId: guard.clusterId, provider }),
      generations: preflight.plan.apply(({ generations }) => generations ?? {}),
      physical: (part) => guard.clusterId.apply((id) => physicalName(plan.name, part, id)),
    };

    const network = new docker.Network(
      `${name}-network`,
      { name: context.physical("network"), driver: "bridge", labels: context.labels },
      { ...context.options("docker"), ignoreChanges: ["labels"] },
    );
    const volumes = createVolumes(context);
    const servers = plan.processes.filter((process) => process.role !== "fuse");
    const containers = createMasters(context, { network, volumes }, guard.formedWith);
    for (const process of servers.filter((one) => one.role !== "master")) {
      containers.set(process.name, createProcess(context, process, { network, volumes, containers }));
    }
    const access = createUnderStorageAccess(context, containers);
    const membership = this.createMembership(context, network, servers, containers, access ? [access] : []);
    const clients = plan.mounts.length + plan.alluxioPaths.length;
    const serving = clients === 0 ? [] : [mastersServe(context, containers, membership), ...(access ? [access] : [])];
    const paths = createPaths(context, serving, containers);
    const mounts = createMounts(context, {
      network,
      volumes,
      containers,
      after: [...containers.values(), ...(paths ? [paths] : serving)],
    });

    this.clusterId = guard.clusterId;
    this.webAddress = webAddressOf(containers.get(plan.processes[0]!.name)!);
    this.masters = masterAddresses(plan);
    this.mountPoints = mountPointsOf(plan, mounts);
    this.network = network.name;
    this.registerOutputs({
      clusterId: this.clusterId,
      webAddress: this.webAddress,
      masters: this.masters,
      mountPoints: this.mountPoints,
      network: this.network,
    });
  }

  private createMembership(
    context: Context,
    network: docker.Network,
    servers: readonly ProcessPlan[],
    containers: ReadonlyMap<string, docker.Container>,
    after: readonly pulumi.Resource[],
  ): alluxio.Membership {
    const masters = servers.filter((process) => process.role === "master");
    return new alluxio.Membership(
      `${context.name}-membership`,
      {
        clusterId: context.clusterId,
        workers: expectedMembers(context.args.plan),
        masters: masters.map((master) => containers.get(master.name)!.name),
        masterWebPort: masters[0]!.healthPort,
        alluxioVersion: context.args.plan.version,
        network: network.name,
        containers: Object.fromEntries([...containers].map(([process, container]) => [process, container.id])),
        ...(masters.length > 1 ? { unavailable: [] } : {}),
      },
      context.options("alluxio", [...containers.values(), ...after]),
    );
  }
}

const webAddressOf = (master: docker.Container): pulumi.Output<string> =>
  master.ports.apply((ports) => `http://127.0.0.1:${ports?.[0]?.external ?? 0}`);

const mountPointsOf = (plan: ClusterPlan, mounts: Mounts): pulumi.Output<Record<string, string>> =>
  pulumi
    .all(mounts.map((mount) => mount.mountPoint))
    .apply((mountPoints) => Object.fromEntries(plan.mounts.map((mount, i) => [mount.name, mountPoints[i]!])));
