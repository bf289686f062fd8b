import { foundOn } from "../found";
import type { Machine } from "../machine";
import { Machines } from "../machines";
import { addressOf, hostsSpec, SHARED_FOLDER } from "../hostsSpec";
import { TestStack } from "../testStack";
import { WORKERS, type Client, type ContractTarget } from "./target";

const [MASTER, FIRST, SECOND, THIRD] = ["master", "first", "second", "third"];

/** A cluster on machines of the test's own. */
export function hostsTarget(): ContractTarget {
  const stack = new TestStack("dev", () => undefined, { plain: true, ownFile: true });
  let machines: Machines;
  let before: string[][];
  const on = (name: string): Machine => machines.get(name);
  return {
    stack,
    async prepare() {
      const names = [MASTER, FIRST, SECOND, THIRD];
      machines = await Machines.start({ names, memoryMiB: 2048, sharedFolder: SHARED_FOLDER });
      await on(MASTER).exec('chmod 1777 "$1"', SHARED_FOLDER);
      before = await Promise.all(machines.all.map(foundOn));
      await stack.init();
      stack.write(
        await hostsSpec(machines, {
          masters: { hosts: [MASTER] },
          workers: [
            { name: "first", ramdisk: `${WORKERS[0]}MB`, hosts: [FIRST] },
            { name: "second", ramdisk: `${WORKERS[1]}MB`, hosts: [SECOND] },
          ],
          mounts: [{ name: "data", mountPoint: "/mnt/data", workers: ["first", "second"] }],
        }),
      );
    },
    clients: async () => {
      const at = (name: string): Client => ({
        mountPoint: "/mnt/data",
        exec: (script, ...args) => on(name).exec(script, ...args),
      });
      return [at(FIRST), at(SECOND)];
    },
    async capacities() {
      const info = await on(MASTER).exec("curl -s -m 10 http://127.0.0.1:19999/api/v1/master/info");
      const { workers } = JSON.parse(info) as { workers: { capacityBytes: number }[] };
      return workers.map(({ capacityBytes }) => capacityBytes / 1024 ** 2).sort((a, b) => a - b);
    },
    async stopWorker() {
      await on(SECOND).exec("systemctl stop alluxio-dev-worker");
    },
    stoppedWorkerShows: ["dev-membership", "dev-worker-second"],
    withThirdWorker(config) {
      config.workers.push({ name: "third", ramdisk: "32MB", hosts: [THIRD] });
      config.hosts!.addresses![THIRD] = addressOf(machines, THIRD);
    },
    withoutThirdWorker(config) {
      config.workers = config.workers.filter(({ name }) => name !== "third");
      const others = Object.entries(config.hosts!.addresses!).filter(([host]) => host !== THIRD);
      config.hosts!.addresses = Object.fromEntries(others);
    },
    async remains() {
      // Files in the under storage are the users'.
      await on(MASTER).exec('find "$1" -mindepth 1 -delete', SHARED_FOLDER);
      const after = await Promise.all(machines.all.map(foundOn));
      return after.flatMap((found, i) => {
        const [was, is] = [new Set(before[i]), new Set(found)];
        const changed = [...found.filter((line) => !was.has(line)), ...before[i]!.filter((line) => !is.has(line))];
        return changed.map((line) => `${machines.all[i]!.name}: ${line}`);
      });
    },
    async remove() {
      await stack.remove();
      await machines.remove();
    },
  };
}
