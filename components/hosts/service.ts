import type * as pulumi from "@pulumi/pulumi";
import * as alluxio from "../../provider/classes";
import type { MasterJournalArgs } from "../../provider/classes/hosts";
import { unitId } from "../plan/hosts/names";
import type { ServicePlan } from "../plan/hosts/types";
import type { Context } from "./context";
import { digestWithCredentials } from "./credentials";

/** A JVM of a loaded small machine takes a minute to start. */
export const READY_SECONDS = 180;

/** What every unit has: its text, and what it read when it was started. */
export const unitArgs = (context: Context, host: string, { unit, content, reads, ...service }: ServicePlan) => ({
  host,
  clusterId: context.clusterId,
  unit: { name: unit, text: content },
  enabled: true,
  configDigest: digestWithCredentials(context, service),
  configFiles: [...reads],
  readyTimeoutSeconds: READY_SECONDS,
});

/** The services that are started before one, wherever they are. */
export const startedBefore = ({ services }: Context, { after }: ServicePlan): alluxio.HostService[] =>
  after.flatMap((reference) => services.get(unitId(reference)) ?? []);

interface ServiceOptions {
  readonly parent: pulumi.Resource;
  readonly dependsOn: readonly pulumi.Resource[];
  /** Of a master. */
  readonly journal?: MasterJournalArgs;
}

/** One process, one unit: healthy when its own JVM answers on its web port. */
export function createService(
  context: Context,
  host: string,
  service: ServicePlan,
  { parent, dependsOn, journal }: ServiceOptions,
): alluxio.HostService {
  const unit = unitArgs(context, host, service);
  context.rollout.declare(host, service, unit);
  const created = new alluxio.HostService(
    `${context.name}-${service.process}`,
    { ...unit, health: { port: service.healthPort, path: "/" }, ...journal },
    context.rollout.gated(
      service.process,
      context.rollout.inOrder(service, context.options(parent, dependsOn), startedBefore(context, service)),
    ),
  );
  context.rollout.trackService(host, service, created);
  context.services.set(unitId({ host, unit: service.unit }), created);
  return created;
}
