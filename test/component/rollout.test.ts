import * as pulumi from "@pulumi/pulumi";
import { Rollout } from "../../components/docker/rollout";
import { planCluster } from "../../components/plan/planCluster";
import * as alluxio from "../../provider/classes";
import type { AwaitProcessesArgs } from "../../provider/rollout/awaitProcesses";
import type { PrepareMasterArgs } from "../../provider/rollout/prepareMaster";
import type { DeclaredProcess } from "../../provider/docker/containerProcess";
import { RICH, specOf } from "../support/specs";
import { answers, BEGIN, CLUSTER_ID, make, startMocks } from "./world";

beforeAll(startMocks);
afterEach(() => answers.clear());

const PREPARE = "alluxio:index:prepareMaster";
const AWAIT = "alluxio:index:awaitProcesses";

test("what is compared with the running containers is what they are declared with", async () => {
  const { resources, calls } = await make(RICH);
  const containers = resources.filter((one) => one.type === "docker:index/container:Container");
  const begun = calls.filter((one) => one.token === BEGIN);
  expect(begun).toHaveLength(1);
  expect(begun[0]!.inputs).toMatchObject({
    clusterId: CLUSTER_ID,
    masters: ["dev-master-1-3f9c", "dev-master-2-3f9c", "dev-master-3-3f9c"],
  });
  const declared = begun[0]!.inputs["processes"] as Record<string, DeclaredProcess>;
  expect(Object.keys(declared).sort()).toEqual(containers.map((one) => one.name.replace(/^dev-/, "")).sort());
  for (const { name, inputs } of containers) {
    const { mounts, ...rest } = declared[name.replace(/^dev-/, "")]!;
    const labels = inputs["labels"] as { label: string; value: string }[];
    const ports = (inputs["ports"] ?? []) as { internal: number; external?: number }[];
    expect(rest).toEqual({
      container: inputs["name"],
      image: inputs["image"],
      hostname: inputs["hostname"],
      command: inputs["command"],
      environment: inputs["envs"],
      labels: Object.fromEntries(labels.map(({ label, value }) => [label, value])),
      published: Object.fromEntries(ports.flatMap((one) => (one.external ? [[one.internal, one.external]] : []))),
    });
    const given = (inputs["mounts"] ?? []) as { source: string; target: string }[];
    // A mount root is not compared: it is where the cluster is.
    const compared = given.filter(({ target }) => target !== "/mnt/scratch" && !target.startsWith("/mnt/alluxio/"));
    expect(mounts).toEqual(Object.fromEntries(compared.map(({ source, target }) => [target, source])));
  }
});

/** A rollout of all processes; what it asks, and what may be touched, in the order in which it happens. */
class World {
  readonly events: string[] = [];
  readonly plan = planCluster(specOf(RICH));
  readonly names = this.plan.processes.map((process) => process.name);
  readonly errors = new Set<unknown>();
  /** The process that does not become healthy. */
  red: string | undefined;

  /** @param atStake processes that serve and are replaced @param ailing processes that are replaced and do not serve */
  async run(atStake: readonly string[], ailing: readonly string[] = []): Promise<void> {
    const replaced = new Set([...atStake, ...ailing]);
    const before = this.names.map((name) => [name, { id: `${name}-old`, serving: !ailing.includes(name) }]);
    answers.set(BEGIN, () => ({ atStake, before: Object.fromEntries(before) as object, workers: ["small-1"] }));
    answers.set(PREPARE, (inputs) => {
      const { master, backupDirectory } = inputs as unknown as PrepareMasterArgs;
      this.events.push(`prepare ${master}${backupDirectory === undefined ? "" : " with a backup"}`);
      return {};
    });
    answers.set(AWAIT, (inputs) => {
      const names = (inputs as unknown as AwaitProcessesArgs).processes.map((one) => one.name);
      this.events.push(`await ${names.join(", ")}`);
      const process = names.find((name) => name === this.red);
      return process === undefined ? {} : { problem: { process, waitedSeconds: 300, why: "it is starting" } };
    });
    const provider = new alluxio.Provider("p", {});
    const rollout = new Rollout({ plan: this.plan, clusterId: pulumi.output(CLUSTER_ID), provider });
    const touching = this.names.map(async (name) => {
      const { dependsOn } = rollout.gated(name, { dependsOn: [] });
      let made: (id: string) => void = () => undefined;
      const id = pulumi.output(new Promise<string>((done) => (made = done)));
      rollout.track(name, { id });
      await (dependsOn as Promise<unknown>);
      if (replaced.has(name)) this.events.push(`touch ${name}`);
      made(replaced.has(name) ? `${name}-new` : `${name}-old`);
    });
    const failed = touching.map((one) => one.catch((reason: unknown) => void this.errors.add(reason)));
    // What comes after a master that is not touched waits for good.
    const firstFailure = new Promise<void>((done) => touching.forEach((one) => void one.catch(() => done())));
    await Promise.race([Promise.all(failed), firstFailure]);
    await new Promise((done) => setTimeout(done, 50));
  }
}

describe("a rolling change", () => {
  test("each step waits for those before it; the journal is backed up once", async () => {
    const world = new World();
    await world.run(world.names);
    expect(world.events).toEqual([
      "prepare dev-master-1-3f9c with a backup",
      "touch master-1",
      "await master-1",
      "prepare dev-master-2-3f9c",
      "touch master-2",
      "await master-2",
      "prepare dev-master-3-3f9c",
      "touch master-3",
      "await master-3",
      "touch job-master",
      "await job-master",
      "touch worker-small-1",
      "touch job-worker-small-1",
      "await worker-small-1, job-worker-small-1",
      "touch worker-large-1",
      "touch job-worker-large-1",
      "await worker-large-1, job-worker-large-1",
      "touch worker-large-2",
      "touch job-worker-large-2",
      "await worker-large-2, job-worker-large-2",
      "touch proxy",
      "await proxy",
      "touch fuse-data",
      "await fuse-data",
      "touch fuse-scratch",
    ]);
  });

  test("nothing at stake: nothing is asked, and nothing waits", async () => {
    const world = new World();
    await world.run([], ["worker-small-1"]);
    expect(world.events).toEqual(["touch worker-small-1"]);
  });

  test("what ails is repaired at once, and what serves waits until it is healthy", async () => {
    const world = new World();
    await world.run(["worker-large-2"], ["worker-small-1"]);
    expect(world.events).toEqual(["touch worker-small-1", "await worker-small-1", "touch worker-large-2"]);
  });

  test("at the first red one it stops, and names what it did not attempt", async () => {
    const world = new World();
    world.red = "worker-large-1";
    await world.run(world.names);
    expect(world.events.at(-1)).toBe("await worker-large-1, job-worker-large-1");
    expect(world.errors.size).toBe(1);
    const [error] = world.errors;
    expect(pulumi.RunError.isInstance(error)).toBe(true);
    expect((error as Error).message).toBe(
      "worker-large-1 did not become healthy within 300 s after its change: it is starting. Not attempted: " +
        "worker-large-2, job-worker-large-2, proxy, fuse-data, fuse-scratch. Correct the spec, or undo the change, and run `pulumi up` again",
    );
  });

  test("a master that cannot be prepared stops it before anything is touched", async () => {
    const world = new World();
    const end = world.run(world.names);
    answers.set(PREPARE, () => ({ problem: "the journal cannot be backed up" }));
    await end;
    expect(world.events).toEqual([]);
    expect(String([...world.errors][0])).toMatch(
      /the change stops before master-1: .*the journal cannot be backed up.* Not attempted: master-1, master-2, .*fuse-scratch\./s,
    );
  });
});
