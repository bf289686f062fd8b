import { processesOf, registeredWorkers } from "../cluster";
import { SMALL_JVMS } from "../hostsSpec";
import { must } from "../process";
import { leftovers, TestStack } from "../testStack";
import { WORKERS, type Client, type ContractTarget } from "./target";

const third = { name: "third", ramdisk: "32MB" };

/** A throw-away cluster on this machine's Docker. */
export function dockerTarget(): ContractTarget {
  const [first, second] = WORKERS;
  const stack = new TestStack("dev", (config) => {
    Object.assign(config, SMALL_JVMS);
    config.workers = [
      { name: "first", ramdisk: `${first}MB` },
      { name: "second", ramdisk: `${second}MB` },
    ];
    config.underStorage = { volume: {} };
    config.mounts = [
      { name: "one", workers: ["first"] },
      { name: "two", workers: ["second"] },
    ];
  });
  const named = async (process: string): Promise<string> =>
    (await processesOf((await stack.outputs()).clusterId)).get(process)!.name;
  const exec = (script: string, ...args: string[]): Promise<string> => must("bash", "-c", script, "bash", ...args);
  let clusterId = "";
  return {
    stack,
    prepare: () => stack.init(),
    async clients(): Promise<readonly [Client, Client]> {
      const outputs = await stack.outputs();
      clusterId = outputs.clusterId;
      const at = (mount: string): Client => ({ mountPoint: outputs.mountPoints[mount]!, exec });
      return [at("one"), at("two")];
    },
    async capacities() {
      const workers = await registeredWorkers(await named("master-1"));
      return Object.values(workers)
        .map((bytes) => bytes / 1024 ** 2)
        .sort((a, b) => a - b);
    },
    async stopWorker() {
      await must("docker", "stop", await named("worker-second-1"));
    },
    stoppedWorkerShows: ["dev-membership", "dev-worker-second-1"],
    withThirdWorker: (config) => void config.workers.push(third),
    withoutThirdWorker: (config) => (config.workers = config.workers.filter(({ name }) => name !== third.name)),
    remains: () => leftovers(clusterId),
    remove: () => stack.remove(),
  };
}
