import { physicalName } from "../../components/plan/names";
import type { ProcessPlan } from "../../components/plan/types";
import { conditionOf, loopVerdict, type ContainerSight } from "../probes/containerCondition";
import { ASK_PROPERTIES, propertiesThatDiffer } from "../probes/runningProperties";
import type { Clock } from "../clock";
import type { DriftAccess, PreflightInputs } from "../resources/preflight";
import type { Deviation, ProcessCondition } from "../resources/processDrift";
import { orInstead } from "../rpc/resource";
import { CLUSTER_ID_LABEL, PROCESS_LABEL, type DockerTransport, type OwnedContainer } from "../transports/docker";
import { atMost } from "./atMost";

/** Each question starts a program in a container, and a small machine has few cores. */
const AT_ONCE = 4;
/** For one such question. */
const ASK_SECONDS = 10;
/** How long to look at a process that may be crash-looping: longer than a JVM of a loaded machine takes to start. */
const SUSPICION_SECONDS = 20;
const NO_IMAGE = "none";

/** What of a cluster of containers is not as declared. */
export function dockerDrift(docker: DockerTransport, clock: Clock): DriftAccess {
  const conditionNow = async (container: OwnedContainer, network: string): Promise<ProcessCondition | undefined> => {
    const first = await docker.inspect(container.id);
    const condition = first && conditionOf(first, network);
    if (condition !== "suspicious") return condition;
    for (let second = 1; ; second++) {
      await clock.sleep(1000);
      const now = await docker.inspect(container.id);
      const verdict = now && loopVerdict(first as ContainerSight, now, second >= SUSPICION_SECONDS);
      if (now === undefined || verdict !== undefined) return verdict;
    }
  };

  const deviationOf = async (inputs: PreflightInputs, process: ProcessPlan, all: readonly OwnedContainer[]) => {
    const { plan, clusterId } = inputs;
    const name = physicalName(plan.name, process.name, clusterId);
    const isOurs = (one: OwnedContainer): boolean => one.labels[CLUSTER_ID_LABEL] === clusterId;
    const named = all.find((one) => one.name === name);
    if (named && !isOurs(named)) {
      const { id, image } = named;
      return { condition: "impostor", impostor: { container: name, id, image } } satisfies Deviation;
    }
    const container = named ?? all.find((one) => isOurs(one) && one.labels[PROCESS_LABEL] === process.name);
    if (!container) return {};
    const condition = await conditionNow(container, physicalName(plan.name, "network", clusterId));
    const properties = condition === "running" ? await differing(docker, container.id, process) : {};
    return {
      ...(condition === undefined || condition === "running" ? {} : { condition }),
      ...(Object.keys(properties).length > 0 ? { properties } : {}),
    } satisfies Deviation;
  };

  return {
    async observe(inputs) {
      const all = await docker.containers({});
      const { processes } = inputs.plan;
      const deviations = await atMost(AT_ONCE, processes, (process) => deviationOf(inputs, process, all));
      return Object.fromEntries(
        processes
          .map((process, i): [string, Deviation] => [process.name, deviations[i]!])
          .filter(([, deviation]) => Object.keys(deviation).length > 0),
      );
    },

    async tags(tags) {
      const found = await Promise.all(
        Object.keys(tags).map(async (tag) => [tag, (await docker.image(tag))?.id ?? NO_IMAGE] as const),
      );
      return Object.fromEntries(found);
    },

    async restoreTag(tag, image) {
      const other = await docker.image(tag);
      const kept = `${tag}-${(other?.id ?? "").replace("sha256:", "").slice(0, 12)}`;
      if (other?.tags.length === 1) await docker.tagImage(other.id, kept);
      await docker.tagImage(image, tag);
      const restored = `tag ${tag} stands for ${image} again, which this cluster runs`;
      if (!other) return restored;
      return `${restored}; the image that had taken it, ${other.id}, keeps the name ${other.tags.length === 1 ? kept : other.tags.find((one) => one !== tag)!}`;
    },
  };
}

/** A process that cannot be asked just now is taken for what it is declared to be: its condition tells the rest. */
async function differing(
  docker: DockerTransport,
  container: string,
  process: ProcessPlan,
): Promise<Record<string, string>> {
  const says = process.role === "master" || process.role === "worker";
  const args = says ? [String(process.healthPort), process.role] : ["", ""];
  const answer = await orInstead(
    () => docker.run(container, ASK_PROPERTIES, args, ASK_SECONDS),
    () => undefined,
  );
  return answer?.code === 0 ? propertiesThatDiffer(process, answer.stdout) : {};
}
