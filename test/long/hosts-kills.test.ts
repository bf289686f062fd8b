import { truncateSync } from "node:fs";
import { join } from "node:path";
import { foundOn } from "../support/found";
import { hostsSpec, SHARED_FOLDER } from "../support/hostsSpec";
import { KillableStack, killSeed, numbersOf } from "../support/kills";
import { Machines } from "../support/machines";
import type { Machine } from "../support/machine";
import { type Finished, succeeds } from "../support/process";

/**
 * Runs on a host that are killed, with all their process group, at a step by chance: the next run needs no more than the lock
 * taken away, and the host then has what a run that nobody killed gives it.
 */
const seed = killSeed();
/** Written by processes as they please. */
const LIVING = /^(opt\/alluxio\/(logs|work)|var\/lib\/alluxio|srv\/shared)\/|\/journal\//;

let machines: Machines;
let north: Machine;
let before: string[];
let stack: KillableStack;

const on = async (): Promise<string[]> => (await foundOn(north)).filter((line) => !LIVING.test(line));
const pulumi = (verb: string): Promise<Finished> => stack.pulumi(verb, "--yes", "--skip-preview");

beforeAll(async () => {
  machines = await Machines.start({ names: ["north"], memoryMiB: 3072, sharedFolder: SHARED_FOLDER });
  north = machines.get("north");
  await north.exec('chmod 1777 "$1"', SHARED_FOLDER);
  before = await foundOn(north);
  stack = new KillableStack(
    await hostsSpec(machines, {
      masters: { hosts: ["north"] },
      workers: [{ name: "small", ramdisk: "64MB", hosts: ["north"] }],
      mounts: [{ name: "data", mountPoint: "/mnt/data" }],
    }),
  );
  succeeds(await stack.init());
}, 120_000);
afterAll(async () => {
  await (stack as KillableStack | undefined)?.remove();
  await machines.remove();
}, 300_000);

test(`three runs that are killed (replay with KILL_SEED=${seed})`, async () => {
  const parts = numbersOf(seed);
  for (const verb of ["up", "destroy", "up"] as const) {
    const steps = Math.max(1, Math.floor((await stack.stepsOf(verb)) * parts.next().value * 0.9));
    console.info(`${verb} was killed after step ${await stack.killed(verb, steps)}`);
    succeeds(await stack.pulumi("cancel", "--yes"));
    succeeds(await pulumi(verb));
  }
  const recovered = await on();
  // The moment in which a kill leaves a stack that Pulumi by itself reads no more.
  truncateSync(join(stack.folder, "state/.pulumi/stacks/alluxio/dev.json.attrs"));
  succeeds(await stack.pulumi("preview", "--refresh", "--expect-no-changes"));

  succeeds(await pulumi("destroy"));
  await north.exec('find "$1" -mindepth 1 -delete', SHARED_FOLDER);
  expect(await foundOn(north)).toEqual(before);
  succeeds(await pulumi("up"));
  expect(recovered).toEqual(await on());
}, 1_200_000);
