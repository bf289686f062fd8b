import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { processesOf } from "../../support/cluster";
import { lines } from "../../support/process";
import { docker, type DevCluster } from "./cluster";

/** What a container's own health check, or a look into it, makes Docker say. */
const LOOKS = /^(exec_|health_status|top)/;

/** What a command did to a cluster and to the state of its stack, if anything. */
export async function watched<T>(dev: DevCluster, act: () => Promise<T>) {
  const [stateBefore, processesBefore] = [stateOf(dev), await processesOf(dev.clusterId)];
  const since = await now();
  const result = await act();
  const said = lines(await docker("events", "--since", since, "--until", await now(), "--format", "{{json .}}")).map(
    (line) => JSON.parse(line) as DockerEvent,
  );
  const own = new Set([...processesBefore.values()].map(({ id }) => id));
  // Others work on the same Docker.
  const isOurs = (name: string): boolean => name.endsWith(`-${dev.clusterId.slice(0, 4)}`);
  const ofCluster = said.filter(({ Actor }) => own.has(Actor.ID) || own.has(Actor.Attributes["container"] ?? ""));
  return {
    result,
    /** Looks that Docker told of: none would mean that nobody listened. */
    looks: ofCluster.filter(({ Action }) => LOOKS.test(Action)).length,
    acts: ofCluster
      .filter(({ Action }) => !LOOKS.test(Action))
      .map(({ Type, Action, Actor }) => [Type, Action, Actor.ID]),
    volumes: said.filter(
      ({ Type, Action, Actor }) => Type === "volume" && isOurs(Actor.ID) && /create|destroy/.test(Action),
    ).length,
    before: { state: stateBefore, processes: processesBefore },
    after: { state: stateOf(dev), processes: await processesOf(dev.clusterId) },
  };
}

interface DockerEvent {
  readonly Type: string;
  readonly Action: string;
  readonly Actor: { readonly ID: string; readonly Attributes: Readonly<Record<string, string>> };
}

/** By Docker's own clock, to the nanosecond. */
const now = async (): Promise<string> => docker("info", "--format", "{{.SystemTime}}");

/** Every file of the backend, and the stack's own, by its digest. */
function stateOf({ stack }: DevCluster): Record<string, string> {
  const found = readdirSync(stack.folder, { recursive: true, encoding: "utf8" }).map((path) =>
    join(stack.folder, path),
  );
  return Object.fromEntries(
    found
      .filter((path) => statSync(path).isFile())
      .sort()
      .map((path) => [path, createHash("sha256").update(readFileSync(path)).digest("hex")]),
  );
}
