import * as pulumi from "@pulumi/pulumi";
import * as alluxio from "../../provider/classes";
import { installationOf } from "../plan/hosts/installation";
import type { HostPlan, ServicePlan } from "../plan/hosts/types";
import { expectedMembers } from "../plan/members";
import { journalAddresses, journalFolderOf, masterAddresses, mastersIn } from "../plan/quorum";
import type { Role } from "../plan/types";
import { known } from "../rollout/known";
import type { Context, HostClusterArgs } from "./context";
import { digestWithCredentials } from "./credentials";
import { FuseMount } from "./fuseMount";
import { Machine } from "./machine";
import { Master } from "./master";
import { HostRollout } from "./rollout";
import { createService } from "./service";
import { Worker } from "./worker";

/**
 * A cluster of Alluxio on bare machines: every machine made ready, one systemd unit a process, FUSE mounts, and the proof
 * that the right workers are registered.
 */
export class HostCluster extends pulumi.ComponentResource {
  /** In the ledgers of everything that was made. */
  readonly clusterId: pulumi.Output<string>;
  /** Address of the first master's web server: dashboard and REST API. */
  readonly webAddress: string;
  /** RPC addresses of the masters. */
  readonly masters: readonly string[];
  /** Mount points on the machines, by the name of the mount. */
  readonly mountPoints: Readonly<Record<string, string>>;

  constructor(name: string, args: HostClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("alluxio:hosts:Cluster", name, { plan: args.plan }, opts);
    const { plan, hosts, ssh, gone = [], confirm, owner } = args;
    const installation = installationOf(hosts);

    const provider = new alluxio.Provider(`${name}-alluxio`, { ssh, gone }, { parent: this });
    const guard = new alluxio.ChangeGuard(
      `${name}-guard`,
      { plan, confirm: [...confirm], owner, installation },
      { parent: this, provider },
    );
    const preflight = new alluxio.HostPreflight(
      `${name}-preflight`,
      { clusterId: guard.clusterId, ...args.demands },
      { parent: this, provider, dependsOn: guard },
    );
    const context: Context = {
      ...{ name, args, installation, provider, clusterId: guard.clusterId, formedWith: guard.formedWith },
      services: new Map(),
      rollout: new HostRollout({
        ...{ plan, hosts, provider, installation, clusterId: guard.clusterId },
        commandsReady: () => readyOn(mastersIn(plan).map(({ hostname }) => on(hostname))),
      }),
      options: (parent, dependsOn = []) => ({ parent, provider, dependsOn: [guard, preflight, ...dependsOn] }),
    };

    const machines = new Map(hosts.hosts.map((host) => [host.host, new Machine(context, host, { parent: this })]));
    const on = (host: string): Machine => machines.get(host)!;

    for (const { host, service } of servicesOf(hosts.hosts, "master"))
      new Master(context, on(host), { host, service }, { parent: this });
    for (const { host, service } of servicesOf(hosts.hosts, "job-master", "proxy"))
      createService(context, host, service, { parent: this, dependsOn: on(host).ready });
    for (const host of hosts.hosts.filter(({ ramdisk }) => ramdisk !== undefined)) {
      const services = host.services.filter(({ role }) => role === "worker" || role === "job-worker");
      new Worker(context, on(host.host), { ...host, services }, { parent: this });
    }

    const membership = this.createMembership(context);
    const paths = this.createPaths(context, membership);
    for (const { host, mounts } of hosts.hosts)
      for (const mount of mounts) new FuseMount(context, on(host), host, mount, paths, { parent: this });

    const master = mastersIn(plan)[0]!;
    this.clusterId = guard.clusterId;
    this.webAddress = `http://${master.hostname}:${master.healthPort}`;
    this.masters = masterAddresses(plan);
    this.mountPoints = Object.fromEntries(plan.mounts.map((mount) => [mount.name, mount.mountPoint!]));
    this.registerOutputs({
      clusterId: this.clusterId,
      webAddress: this.webAddress,
      masters: this.masters,
      mountPoints: this.mountPoints,
    });
  }

  private createMembership(context: Context): alluxio.Membership {
    const { plan, hosts } = context.args;
    const masters = mastersIn(plan);
    const services = hosts.hosts.flatMap(({ host, services: here }) =>
      here.map((service) => [service.process, memberOf(context, host, service)] as const),
    );
    return new alluxio.Membership(
      `${context.name}-membership`,
      {
        clusterId: context.clusterId,
        workers: expectedMembers(plan),
        masters: masters.map(({ hostname }) => hostname),
        masterWebPort: masters[0]!.healthPort,
        alluxioVersion: plan.version,
        services: pulumi.all(Object.fromEntries(services)),
        installation: context.installation,
        ...(masters.length > 1 ? { unavailable: [], members: journalAddresses(plan).sort() } : {}),
      },
      context.options(this, [...context.services.values()]),
    );
  }

  /** What a FUSE process must find when it starts: masters that serve, and the directories of Alluxio that are mounted. */
  private createPaths(context: Context, membership: alluxio.Membership): pulumi.Resource[] {
    const { plan } = context.args;
    if (plan.alluxioPaths.length === 0) return [membership];
    const masters = mastersIn(plan);
    const paths = new alluxio.HostAlluxioPaths(
      `${context.name}-paths`,
      {
        ...{ clusterId: context.clusterId, installation: context.installation, paths: [...plan.alluxioPaths] },
        masters: masters.map(({ hostname }) => hostname),
        masterWebPort: masters[0]!.healthPort,
      },
      context.options(this, [membership]),
    );
    return [membership, paths];
  }
}

const readyOn = (machines: readonly Machine[]): Promise<unknown> =>
  Promise.all(machines.flatMap(({ ready }) => ready.map(({ id }) => known(id))));

const servicesOf = (hosts: readonly HostPlan[], ...roles: Role[]) =>
  hosts.flatMap(({ host, services }) =>
    services.filter(({ role }) => roles.includes(role)).map((service) => ({ host, service })),
  );

const memberOf = (context: Context, host: string, service: ServicePlan) => {
  const { unit, role, healthPort, process } = service;
  const master = mastersIn(context.args.plan).find(({ name }) => name === process);
  const journal = master === undefined ? {} : { journalFolder: journalFolderOf(master) };
  const configDigest = pulumi.output(digestWithCredentials(context, service));
  return configDigest.apply((digest) => ({ host, unit, role, healthPort, configDigest: digest, ...journal }));
};
