import * as pulumi from "@pulumi/pulumi";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import { DockerCluster } from "../../components/docker/cluster";
import { HostCluster } from "../../components/hosts/cluster";
import type { Ephemeral } from "../../components/plan/ephemeral";
import { demandsOf } from "../../components/plan/hosts/demands";
import { planHosts } from "../../components/plan/hosts/planHosts";
import { planCluster } from "../../components/plan/planCluster";
import type { ClusterConfig } from "../../components/spec/config";
import { specOf } from "../support/specs";

// A stack trace for every promise makes the SDK eight times as slow.
Error.stackTraceLimit = 0;

type Inputs = Readonly<Record<string, unknown>>;

/** A resource as it was registered at the engine. */
export interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: Inputs;
  /** Logical names. */
  readonly dependsOn: readonly string[];
  readonly parent: string;
  readonly provider: string;
  readonly retainOnDelete: boolean;
  readonly deleteBeforeReplace: boolean;
  readonly ignoreChanges: readonly string[];
  readonly replaceOnChanges: readonly string[];
  /** Names of hooks. */
  readonly beforeCreate: readonly string[];
}

/** What the config key of a credential holds. */
export const SECRETS: Readonly<Record<string, string>> = { "s3a.secretKey": "c4n4ry-of-the-component-tests" };

export const CLUSTER_ID = "3f9c2ab1d4e5aa00";
export const IMAGE_ID = "sha256:0001";

/** What the providers would add to the inputs. */
const OUTPUTS: Readonly<Record<string, object>> = {
  "alluxio:index:ChangeGuard": { clusterId: CLUSTER_ID, formedWith: 1 },
  "alluxio:index:Credentials": { digest: "a1d24e895b22bb68" },
  "alluxio:index:Membership": { leader: "master-1:19998" },
};

export const BEGIN = "alluxio:index:beginRollout";

const inputsOf = new Map<string, Inputs>();
const requests: RegisterResourceRequest[] = [];
const calls: Called[] = [];

/** A call of one of our provider's functions. */
export interface Called {
  readonly token: string;
  readonly inputs: Inputs;
}

/** A machine on which nothing runs yet. */
const NOTHING_RUNS = { atStake: [], before: {}, workers: [], credentialsAlone: false };

/** What the functions of our provider answer; where there is no entry, that nothing runs and all is well. */
export const answers = new Map<string, (inputs: Inputs) => Inputs>();

interface Monitor {
  registerResource(request: RegisterResourceRequest, callback: unknown): unknown;
  /** The mocks say that they know hooks, and do not. */
  registerResourceHook?: (request: unknown, callback: (error: null, answer: object) => void) => void;
}

/** Not among the SDK's types, though it is there: waits until every registration was answered. */
const runtime = pulumi.runtime as unknown as { waitForRPCs(): Promise<void> };

/** Before the first resource is made. */
export async function startMocks(): Promise<void> {
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, custom, ...args }) => {
        const inputs = args.inputs as Inputs;
        inputsOf.set(`${type} ${name}`, inputs);
        const ports = portsOf(inputs);
        const state = { ...inputs, ...(ports ? { ports } : {}), ...OUTPUTS[type] };
        return { id: custom === false ? "" : `${name}-id`, state };
      },
      call: ({ token, inputs }) => {
        calls.push({ token, inputs: inputs as Inputs });
        return answers.get(token)?.(inputs as Inputs) ?? (token === BEGIN ? NOTHING_RUNS : {});
      },
    },
    "alluxio",
    "dev",
    false,
  );
  // Options do not reach the mocks.
  const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
  monitor.registerResourceHook = (_request, callback) => callback(null, {});
  const registerResource = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, callback) => {
    requests.push(request);
    return registerResource(request, callback);
  };
}

/** Docker picks a port where none is named. */
function portsOf(inputs: Inputs): { external?: number }[] | undefined {
  const { ports } = inputs as { ports?: { external?: number }[] };
  return ports?.map((port) => ({ external: 32768, ...port }));
}

export interface Made {
  readonly resources: readonly Registered[];
  readonly calls: readonly Called[];
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** Everything that a cluster of this config registers, in the order of registration. */
export const make = (config: ClusterConfig, imageId = IMAGE_ID, ephemeral?: Ephemeral): Promise<Made> =>
  record(() => {
    const spec = specOf(config);
    const cluster = new DockerCluster(spec.name, {
      plan: planCluster(spec),
      imageId,
      confirm: spec.confirm,
      owner: "0123456789abcdef",
      ...(Object.keys(spec.underStorage.credentials).length === 0
        ? {}
        : { credentials: { keys: spec.underStorage.credentials, values: pulumi.secret(SECRETS) } }),
      ...(spec.docker.host === undefined ? {} : { dockerHost: spec.docker.host }),
      ...(ephemeral ? { ephemeral } : {}),
    });
    const { clusterId, webAddress, masters, mountPoints, network } = cluster;
    return { clusterId, webAddress, masters: [...masters], mountPoints, network };
  });

/** The same of a cluster on hosts. */
export const makeOnHosts = (config: ClusterConfig): Promise<Made> =>
  record(() => {
    const spec = specOf(config);
    const plan = planCluster(spec);
    const hosts = planHosts(spec, plan);
    const { clusterId, webAddress, masters, mountPoints } = new HostCluster(spec.name, {
      ...{ plan, hosts, demands: demandsOf(hosts, spec), ssh: { stack: "dev", targets: [] } },
      ...{ confirm: spec.confirm, owner: "0123456789abcdef" },
    });
    return { clusterId, webAddress, masters: [...masters], mountPoints };
  });

/** @param build makes a cluster, and tells its outputs */
async function record(build: () => Record<string, unknown>): Promise<Made> {
  requests.length = 0;
  calls.length = 0;
  inputsOf.clear();
  const built = build();
  const outputs = await new Promise<Record<string, unknown>>((done) => {
    pulumi.output(built).apply((values) => done(values as Record<string, unknown>));
  });
  await runtime.waitForRPCs();
  return { resources: requests.map(registered), calls: [...calls], outputs };
}

const nameIn = (urn: string): string => urn.split("::").pop() ?? "";

function registered(request: RegisterResourceRequest): Registered {
  const [type, name] = [request.getType(), request.getName()];
  const inputs = inputsOf.get(`${type} ${name}`);
  if (!inputs) throw new Error(`${type} ${name} reached no provider`);
  return {
    type,
    name,
    inputs,
    dependsOn: request.getDependenciesList().map(nameIn),
    parent: nameIn(request.getParent()),
    provider: request.getProvider(),
    retainOnDelete: request.getRetainondelete() ?? false,
    deleteBeforeReplace: request.getDeletebeforereplace(),
    ignoreChanges: request.getIgnorechangesList(),
    replaceOnChanges: request.getReplaceonchangesList(),
    beforeCreate: request.getHooks()?.getBeforeCreateList() ?? [],
  };
}
