import { readFileSync, writeFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import type { ClusterConfig } from "../../../components/spec/config";
import { parseSpec } from "../../../components/spec/parse";
import { dockerStack } from "../../../stacks/docker";
import { hostsStack } from "../../../stacks/hosts";
import type { LiteralResource } from "./resource";

/** Stands for the id that a real cluster gets at random. */
const CLUSTER_ID = "0123456789abcdef";

/** Of the mocks' monitor. */
interface Monitor {
  registerResourceHook?: (request: unknown, done: (error: null, answer: object) => void) => void;
  registerResource: (request: Registration, done: unknown) => unknown;
}

interface Registration {
  getType(): string;
  getName(): string;
  /** A URN. */
  getParent(): string;
}

const NOTHING_RUNS = { atStake: [], before: {}, workers: [], credentialsAlone: false };

/**
 * Writes down what this project's program registers for a spec: type, name and inputs of each resource, with literals in
 * place of the outputs that flow. In a process of its own, for Pulumi's mocks are there for good.
 *
 * Arguments: a file with the spec as JSON, the folder of the project, the file to write.
 */
async function main([specFile = "", project = "", file = ""]: readonly string[]): Promise<void> {
  Error.stackTraceLimit = 0;
  const resources: LiteralResource[] = [];
  const parents = new Map<string, string>();
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs, custom }: pulumi.runtime.MockResourceArgs) => {
        const given = inputs as Record<string, unknown>;
        resources.push({ type, name, custom: custom ?? true, inputs: given });
        return { id: `${name}-id`, state: { ...given, clusterId: CLUSTER_ID, formedWith: 1 } };
      },
      call: ({ token }) => (token === "alluxio:index:beginRollout" ? NOTHING_RUNS : {}),
    },
    "alluxio",
    "dev",
    false,
    "organization",
  );
  // The mocks say that they know hooks, and do not; a preview runs none.
  const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
  monitor.registerResourceHook = (_request, done) => done(null, {});
  // What they are not told: which component a resource is a part of.
  const registerResource = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, done) => {
    const [, types = "", name = ""] = /^urn:pulumi:[^:]*::[^:]*::(.*?)::(.*)$/.exec(request.getParent()) ?? [];
    parents.set(`${request.getType()}::${request.getName()}`, `${types.split("$").at(-1) ?? ""}::${name}`);
    return registerResource(request, done);
  };
  const parsed = parseSpec(JSON.parse(readFileSync(specFile, "utf8")) as ClusterConfig, { stack: "dev" });
  if (parsed.problems) throw new Error(JSON.stringify(parsed.problems));
  if (parsed.spec.target === "hosts") hostsStack(parsed.spec, specFile);
  else dockerStack(parsed.spec, project);
  await settled(resources);
  // Providers and components first: what follows names them.
  const rank = ({ type, custom }: LiteralResource): number =>
    !custom ? 0 : type.startsWith("pulumi:providers:") ? 1 : 2;
  const placed = resources.map((one): LiteralResource => {
    const parent = parents.get(`${one.type}::${one.name}`);
    return parent === undefined ? one : { ...one, parent };
  });
  writeFileSync(file, JSON.stringify(placed.sort((a, b) => rank(a) - rank(b))));
}

/** Resources come in as their inputs resolve; the mocks tell nobody when the last one has. */
async function settled(resources: readonly unknown[]): Promise<void> {
  for (let seen = -1; seen !== resources.length;) {
    seen = resources.length;
    await new Promise((done) => setTimeout(done, 2000));
  }
}

void main(process.argv.slice(2));
