import * as pulumi from "@pulumi/pulumi";
import type * as alluxio from "../../provider/classes";
import type { Installation } from "../plan/hosts/installation";
import {
  TALKING,
  type DeclaredService,
  type HostRolloutCluster,
  type RolledService,
} from "../../provider/hosts/hostRollout";
import { unitId } from "../plan/hosts/names";
import type { HostsPlan, ServicePlan } from "../plan/hosts/types";
import { mastersIn } from "../plan/quorum";
import type { ClusterPlan } from "../plan/types";
import { RollingChange } from "../rollout/rollingChange";

const SITE = "/alluxio-site.properties";

interface HostRolloutArgs {
  readonly plan: ClusterPlan;
  readonly hosts: HostsPlan;
  readonly clusterId: pulumi.Output<string>;
  readonly provider: alluxio.Provider;
  readonly installation: Installation;
  /** Until every master's machine has the release and the configuration of its commands. */
  readonly commandsReady: () => Promise<unknown>;
}

/** The change of a running cluster of services, each of which is restarted in its place. */
export class HostRollout extends RollingChange<DeclaredService> {
  private readonly properties: ReadonlyMap<string, Readonly<Record<string, string>>>;
  /** Of the processes. */
  private readonly resources = new Map<string, pulumi.Resource>();

  constructor({ plan, hosts, clusterId, provider, installation, commandsReady }: HostRolloutArgs) {
    const services = rolledServices(hosts);
    const masters = mastersIn(plan);
    super({
      ...{ plan, clusterId, provider, commandsReady },
      steps: stepsOf(hosts, services),
      inPlace: true,
      cluster: (id, processes): HostRolloutCluster => ({
        ...{ clusterId: id, installation },
        masters: masters.map(({ hostname }) => hostname),
        masterWebPort: masters[0]!.healthPort,
        services: Object.fromEntries(
          [...masters.map(({ name }) => name), ...processes].map((name) => {
            const service = services.get(name)!;
            return [unitId(service), service];
          }),
        ),
      }),
    });
    this.properties = new Map(masters.map(({ name, properties }) => [name, talking(properties)]));
  }

  /** What a service is going to be. */
  declare(
    host: string,
    service: ServicePlan,
    declared: { readonly configDigest: pulumi.Input<string>; readonly mountPoint?: string },
  ): void {
    const { process, role, unit, content, healthPort, reads } = service;
    const properties = this.properties.get(process);
    this.toBe(process, () =>
      pulumi.output(declared.configDigest).apply((configDigest) => ({
        ...{ host, unit, role, healthPort, unitText: content, configDigest },
        site: reads.find((path) => path.endsWith(SITE))!,
        ...(declared.mountPoint === undefined ? {} : { mountPoint: declared.mountPoint }),
        ...(properties === undefined ? {} : { properties }),
      })),
    );
  }

  /**
   * Options of what starts after other services. Masters that have to be members before any is changed wait for each other,
   * and not for those that are changed after them.
   */
  inOrder(
    { process, role }: ServicePlan,
    options: pulumi.CustomResourceOptions,
    earlier: readonly pulumi.Resource[],
  ): pulumi.CustomResourceOptions {
    const base = (options.dependsOn ?? []) as pulumi.Resource[];
    const all = [...base, ...earlier];
    if (pulumi.runtime.isDryRun() || role !== "master") return { ...options, dependsOn: all };
    const dependsOn = this.mastersThatGoFirst().then((names) => {
      if (!names.includes(process)) return all;
      const first = names.map((name) => this.resources.get(name));
      return [...base, ...earlier.filter((one) => first.includes(one))];
    });
    return { ...options, dependsOn };
  }

  /** The resource that is done when a service is healthy. */
  trackService(host: string, { process, unit }: ServicePlan, resource: pulumi.CustomResource): void {
    this.resources.set(process, resource);
    this.track(process, { id: resource.id.apply(() => unitId({ host, unit })) });
  }
}

/** By the name of the process. */
function rolledServices({ hosts }: HostsPlan): ReadonlyMap<string, RolledService> {
  return new Map(
    hosts.flatMap(({ host, services, mounts }) => [
      ...services.map(({ process, unit, role, healthPort }) => [process, { host, unit, role, healthPort }] as const),
      ...mounts.map(
        ({ mountPoint, service: { process, unit, role, healthPort } }) =>
          [process, { host, unit, role, healthPort, mountPoint: mountPoint.path }] as const,
      ),
    ]),
  );
}

function stepsOf({ rollingSteps }: HostsPlan, services: ReadonlyMap<string, RolledService>): string[][] {
  const names = new Map([...services].map(([name, service]) => [unitId(service), name]));
  return rollingSteps.map((step) => step.map((reference) => names.get(unitId(reference))!));
}

const talking = (properties: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(TALKING.flatMap((name) => (properties[name] === undefined ? [] : [[name, properties[name]]])));
