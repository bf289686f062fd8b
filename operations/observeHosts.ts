import type { HostMountPlan, HostPlan, HostsPlan, ServicePlan } from "../components/plan/hosts/types";
import { mastersIn } from "../components/plan/quorum";
import type { ClusterPlan, ProcessPlan } from "../components/plan/types";
import type { MasterView } from "../provider/probes/leader";
import type { Condition } from "../provider/resources/fuseMount";
import type { ServiceCondition } from "../provider/resources/hosts/service";
import { orInstead, UserError } from "../provider/rpc/resource";
import type { Health, HostSight, MasterSight, MountSight, Observation, ObservedProcess } from "./observation";
import { byHost } from "./observe";

/** How a unit of systemd is doing; `missing`: there is none of its name. */
export type UnitCondition = ServiceCondition | "missing";

/** What is seen of a mount on one host. */
export interface MountOnHost {
  readonly condition: Condition;
  /** The unit that serves it. */
  readonly unit: UnitCondition;
}

/**
 * Looks at one cluster on its hosts. Every call may throw a UserError: the host could not be asked. What is asked of one
 * host at the same time goes there together.
 */
export interface HostsAccess {
  service(host: string, service: ServicePlan): Promise<UnitCondition>;
  mount(host: string, mount: HostMountPlan): Promise<MountOnHost>;
  /** @returns undefined where the master's JVM does not answer */
  askMaster(host: string, webPort: number): Promise<MasterView | undefined>;
  /** @returns whether the leader reaches each member, by its address; undefined where none of these hosts knows */
  askQuorum(hosts: readonly string[]): Promise<Readonly<Record<string, boolean>> | undefined>;
}

/**
 * Looks at all hosts at once. One that is off does not hide the others.
 * @throws UserError where none of them can be asked
 */
export async function observeHosts(
  access: HostsAccess,
  { plan, hosts }: { readonly plan: ClusterPlan; readonly hosts: HostsPlan },
): Promise<Observation> {
  const processes = new Map(plan.processes.map((process) => [process.name, process]));
  const seen = await Promise.all(hosts.hosts.map((host) => lookAtHost(access, host, processes)));
  const silences = seen.flatMap(({ sight }) => sight.silence ?? []);
  if (silences.length === seen.length) throw new UserError(nobodyAnswers(silences));

  const masters = Object.fromEntries(seen.flatMap((host) => host.masters));
  const answering = mastersIn(plan).filter(({ name }) => "view" in (masters[name] ?? {}));
  const quorum =
    mastersIn(plan).length > 1
      ? await orInstead(
          () => access.askQuorum(answering.map(({ hostname }) => hostname)),
          () => undefined,
        )
      : undefined;
  return {
    hosts: seen.map(({ sight }) => sight),
    processes: seen.flatMap((host) => host.processes),
    masters,
    ...(quorum ? { reached: byHost(quorum) } : {}),
    mounts: Object.fromEntries(seen.flatMap((host) => host.mounts)),
  };
}

interface SeenOnHost {
  readonly sight: HostSight;
  readonly processes: readonly ObservedProcess[];
  readonly masters: readonly (readonly [process: string, MasterSight])[];
  readonly mounts: readonly (readonly [process: string, MountSight])[];
}

async function lookAtHost(
  access: HostsAccess,
  plan: HostPlan,
  processes: ReadonlyMap<string, ProcessPlan>,
): Promise<SeenOnHost> {
  const { host, services, mounts } = plan;
  const seenAs = ({ process, unit }: ServicePlan, condition: UnitCondition): ObservedProcess => ({
    process,
    container: unit,
    host,
    ...stateOf(condition),
    published: condition === "running" ? portsOf(processes.get(process)) : {},
  });
  return orInstead<SeenOnHost, SeenOnHost>(
    async () => {
      const [conditions, sights, views] = await Promise.all([
        Promise.all(services.map((service) => access.service(host, service))),
        Promise.all(mounts.map((mount) => access.mount(host, mount))),
        Promise.all(
          services.map(async (one) => (one.role === "master" ? access.askMaster(host, one.healthPort) : undefined)),
        ),
      ]);
      return {
        sight: { host },
        processes: [
          ...services.map((service, i) => seenAs(service, conditions[i]!)),
          ...mounts.map(({ service }, i) => seenAs(service, sights[i]!.unit)),
        ],
        masters: services.flatMap((service, i) =>
          service.role === "master" ? [[service.process, masterSight(service, conditions[i]!, views[i])] as const] : [],
        ),
        mounts: mounts.map(({ service, mountPoint }, i) => [
          service.process,
          { mountPoint: mountPoint.path, condition: sights[i]!.condition },
        ]),
      };
    },
    ({ message }) => unseen(plan, message),
  );
}

/** @param why the host could not be asked */
function unseen({ host, services, mounts }: HostPlan, why: string): SeenOnHost {
  const silence = `host ${host} cannot be asked`;
  return {
    sight: { host, silence: why },
    processes: [...services, ...mounts.map(({ service }) => service)].map(({ process, unit }) => ({
      ...{ process, container: unit, host, state: "unreachable", health: "none" as const, published: {} },
    })),
    masters: services.filter(({ role }) => role === "master").map(({ process }) => [process, { silence }]),
    mounts: mounts.map(({ service, mountPoint }) => [service.process, { mountPoint: mountPoint.path, silence }]),
  };
}

const HEALTH: Readonly<Partial<Record<UnitCondition, Health>>> = {
  running: "healthy",
  unhealthy: "unhealthy",
  starting: "starting",
};

/** A unit that runs, and how its process answers. */
function stateOf(condition: UnitCondition): Pick<ObservedProcess, "state" | "health"> {
  const health = HEALTH[condition];
  return health === undefined ? { state: condition, health: "none" } : { state: "running", health };
}

function masterSight({ healthPort }: ServicePlan, condition: UnitCondition, view: MasterView | undefined): MasterSight {
  if (view) return { view };
  const { state } = stateOf(condition);
  return { silence: state === "running" ? `it does not answer on port ${healthPort}` : `its unit is ${state}` };
}

/** On hosts every port of a process is reached by the name of its host. */
const portsOf = (process: ProcessPlan | undefined): Record<number, string> =>
  Object.fromEntries((process?.ports ?? []).map(({ port }) => [port, `${process!.hostname}:${port}`]));

const MOST_REASONS = 3;

function nobodyAnswers(silences: readonly string[]): string {
  const more = silences.length > MOST_REASONS ? [`and ${silences.length - MOST_REASONS} more`] : [];
  const count = silences.length === 1 ? "the one host of this cluster" : `none of ${silences.length} hosts`;
  const verb = silences.length === 1 ? "cannot be asked" : "can be asked";
  return `${count} ${verb}: ${[...silences.slice(0, MOST_REASONS), ...more].join("; ")}`;
}
