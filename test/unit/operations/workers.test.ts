import type { Observation } from "../../../operations/observation";
import { statusOf } from "../../../operations/status";
import {
  CLUSTER_ID,
  MIB,
  healthy,
  planOf,
  registeredWorker,
  registeredWorkers,
  runningProcess,
  withLeader,
  withProcess,
  withoutProcess,
} from "./samples";

const plan = planOf();
const status = (seen: Observation) => statusOf({ stack: "dev", clusterId: CLUSTER_ID, plan }, seen);
const subjects = (seen: Observation) => status(seen).problems.map(({ subject }) => subject);

test("a missing one is listed with capacity 0, and its stopped container told as the cause, once", () => {
  const stopped = withProcess(healthy(plan), "worker-large-1", { state: "exited", exitCode: 137 });
  const [small] = registeredWorkers(plan);
  const seen = status(withLeader(stopped, { workers: [small!] }));
  expect(seen.workers[1]).toEqual({ name: "large-1", state: "missing", capacityBytes: 0, usedBytes: 0 });
  expect(seen.problems).toEqual([
    {
      subject: "worker large-1",
      found: "not registered; container dev-worker-large-1-3f9c is exited with code 137",
      wanted: "registered with 512 MiB",
      hint: "`docker logs --tail 20 dev-worker-large-1-3f9c` says why; `npx pulumi up --refresh -s dev` starts it again",
    },
  ]);
});

test("a missing one whose container is gone", () => {
  const seen = withLeader(withoutProcess(healthy(plan), "worker-small-1"), {
    workers: registeredWorkers(plan).slice(1),
  });
  expect(status(seen).problems).toEqual([
    expect.objectContaining({
      subject: "worker small-1",
      found: "not registered; it has no container",
      hint: "`npx pulumi up --refresh -s dev` makes it again",
    }),
  ]);
});

test("a lost one, whose process runs", () => {
  const [small, large] = registeredWorkers(plan);
  const seen = status(withLeader(healthy(plan), { workers: [small!], lostWorkers: [{ ...large!, state: "LOST" }] }));
  expect(seen.workers[1]).toEqual({ name: "large-1", state: "lost", capacityBytes: 0, usedBytes: 0 });
  expect(seen.problems.map(({ subject }) => subject)).toEqual(["worker large-1"]);
});

test("one that came back is not lost, though the leader still lists it", () => {
  const workers = registeredWorkers(plan);
  expect(subjects(withLeader(healthy(plan), { workers, lostWorkers: workers }))).toEqual([]);
});

test("an unintended one is listed with what it registered", () => {
  const workers = [...registeredWorkers(plan), registeredWorker("stranger", { capacityBytes: 128 * MIB })];
  const seen = status(withLeader(healthy(plan), { workers }));
  expect(seen.workers[2]).toEqual({
    name: "stranger",
    state: "unintended",
    capacityBytes: 128 * MIB,
    usedBytes: 64 * MIB,
  });
  expect(seen.problems.map(({ subject }) => subject)).toEqual(["worker stranger"]);
});

test("an unintended one with a container of this cluster is one problem, not two", () => {
  const seen = healthy(plan);
  const withTwin = { ...seen, processes: [...seen.processes, runningProcess(plan, "worker-twin-1")] };
  expect(subjects(withTwin)).toEqual(["process worker-twin-1"]);
  const workers = [...registeredWorkers(plan), registeredWorker("twin-1")];
  expect(subjects(withLeader(withTwin, { workers }))).toEqual(["worker twin-1"]);
});

test.each(["Decommissioned", "Disabled"])("%s is not registered; an unintended one is then no problem", (state) => {
  const [small, large] = registeredWorkers(plan);
  const workers = [small!, { ...large!, state }, registeredWorker("stranger", { state })];
  const seen = status(withLeader(healthy(plan), { workers }));
  expect(seen.workers.map((worker) => [worker.name, worker.state])).toEqual([
    ["small-1", "active"],
    ["large-1", "missing"],
  ]);
});

test("a wrong capacity, down to the byte", () => {
  const [small, large] = registeredWorkers(plan);
  const found = (capacityBytes: number) =>
    status(withLeader(healthy(plan), { workers: [small!, { ...large!, capacityBytes }] }));
  expect(found(256 * MIB).problems).toEqual([
    expect.objectContaining({
      subject: "worker large-1",
      found: "registered with 256 MiB",
      wanted: "registered with 512 MiB",
    }),
  ]);
  expect(found(512 * MIB + 1).problems).toEqual([
    expect.objectContaining({ found: "registered with 536870913 bytes", wanted: "registered with 536870912 bytes" }),
  ]);
  expect(found(512 * MIB - 1).workers[1]!.state).toBe("wrong capacity");
});

test("another version", () => {
  const [small, large] = registeredWorkers(plan);
  const seen = status(withLeader(healthy(plan), { workers: [{ ...small!, version: "2.9.0" }, large!] }));
  expect(seen.problems).toEqual([
    expect.objectContaining({ subject: "worker small-1", found: "runs Alluxio 2.9.0", wanted: "Alluxio 2.9.4" }),
  ]);
});

test("nobody can tell while no master leads: neither missing nor fine", () => {
  const seen = status(withLeader(healthy(plan), { role: "standby", workers: registeredWorkers(plan) }));
  expect(seen.workers.map((worker) => worker.state)).toEqual(["unknown", "unknown"]);
  expect(seen.problems.map(({ subject }) => subject)).toEqual(["masters"]);
});
