import { renderStatus } from "../../../cli/renderStatus";
import type { Status } from "../../../operations/report";
import { statusOf } from "../../../operations/status";
import type { Observation } from "../../../operations/observation";
import {
  CLUSTER_ID,
  MIB,
  healthy,
  planOf,
  registeredWorker,
  registeredWorkers,
  withLeader,
  withProcess,
} from "../operations/samples";

const ESCAPE = String.fromCharCode(27);
const plan = planOf({ masters: { count: 3 } });
const statusFor = (seen: Observation, deployed?: unknown): Status =>
  statusOf({ stack: "dev", clusterId: CLUSTER_ID, plan, deployed }, seen);
const plainText = (status: Status): string => `\n${renderStatus(status, { colors: false })}`;

test("a healthy cluster", () => {
  expect(plainText(statusFor(healthy(plan)))).toMatchInlineSnapshot(`
   "
   ● dev is healthy
     Alluxio 2.9.4 on docker, cluster id 3f9c2ab1d4e5f607
     Web and REST: http://127.0.0.1:32768

   Masters    Role      Address
   master-1   leader    master-1:19998
   master-2   standby   master-2:19998
   master-3   standby   master-3:19998

   Workers   State       Used   Capacity
   small-1   active    64 MiB    256 MiB   25 %
   large-1   active    64 MiB    512 MiB   13 %
   total              128 MiB    768 MiB   17 %

   Mounts                       State     Alluxio path   Host
   /mnt/alluxio/dev-3f9c/data   mounted   /data          rigel

   Processes  9 of 9 running and healthy
   "
  `);
});

test("a cluster with problems", () => {
  const [small, large] = registeredWorkers(plan);
  const stopped = withProcess(healthy(plan), "worker-large-1", { state: "exited", exitCode: 137 });
  const workers = [{ ...small!, capacityBytes: 128 * MIB }, registeredWorker("stranger")];
  const seen = withLeader(stopped, { workers, lostWorkers: [large!] });
  const dead = { data: { mountPoint: "/mnt/alluxio/dev-3f9c/data", condition: "dead" as const } };
  expect(plainText(statusFor({ ...seen, mounts: dead }, { ...plan, version: "2.9.0" }))).toMatchInlineSnapshot(`
   "
   ● dev is unhealthy: 4 problems
     Alluxio 2.9.4 on docker, cluster id 3f9c2ab1d4e5f607
     Web and REST: http://127.0.0.1:32768

   Masters    Role      Address
   master-1   leader    master-1:19998
   master-2   standby   master-2:19998
   master-3   standby   master-3:19998

   Workers    State               Used   Capacity
   small-1    wrong capacity    64 MiB    128 MiB   50 %
   large-1    lost                   -          -
   stranger   unintended        64 MiB    256 MiB   25 %
   total                       128 MiB    384 MiB   33 %

   Mounts                       State   Alluxio path   Host
   /mnt/alluxio/dev-3f9c/data   dead    /data          rigel

   Processes  8 of 9 running and healthy

   Problems
     worker small-1
       found   registered with 128 MiB
       wanted  registered with 256 MiB
       next    \`npx pulumi up --refresh -s dev\` gives it the capacity of the spec
     worker large-1
       found   lost: the leader has not heard of it for too long; container dev-worker-large-1-3f9c is exited with code 137
       wanted  registered with 512 MiB
       next    \`docker logs --tail 20 dev-worker-large-1-3f9c\` says why; \`npx pulumi up --refresh -s dev\` starts it again
     worker stranger
       found   registered with 256 MiB, but not in the spec
       wanted  not registered
       next    \`npx pulumi up --refresh -s dev\` takes it out, or add it to the spec
     mount data
       found   mounted, but nothing answers
       wanted  mounted, and answers
       next    \`npx pulumi up --refresh -s dev\` mounts it anew

   Note  the spec has changed since the last up: \`npx pulumi preview -s dev\` shows what is new
   "
  `);
});

test("no mounts, one worker, no web port, a cluster of another name than its stack", () => {
  const small = planOf({ name: "vision", mounts: [], workers: [{ name: "gpu", ramdisk: "1GB" }] });
  const seen = withProcess(healthy(small), "master-1", { published: {} });
  const status = statusOf({ stack: "test", clusterId: CLUSTER_ID, plan: small }, seen);
  expect(plainText(status)).toMatchInlineSnapshot(`
   "
   ● vision (stack test) is healthy
     Alluxio 2.9.4 on docker, cluster id 3f9c2ab1d4e5f607
     Web and REST: not published

   Masters    Role     Address
   master-1   leader   master-1:19998

   Workers   State      Used   Capacity
   gpu-1     active   64 MiB      1 GiB   6 %

   Processes  4 of 4 running and healthy
   "
  `);
});

test("colours only where they are asked for, and none of the text changes with them", () => {
  const status = statusFor(withProcess(healthy(plan), "master-2", { state: "paused" }));
  const colored = renderStatus(status, { colors: true });
  const plain = renderStatus(status, { colors: false });
  expect(plain).not.toContain(ESCAPE);
  expect(colored).toContain(ESCAPE);
  const words = (text: string) => text.split(new RegExp(`(?:${ESCAPE}\\[\\d+m|\\s)+`)).filter((word) => word !== "");
  expect(words(colored)).toEqual(words(plain));
});
