import { PROVIDER, type Exported, type Resource } from "./exported";
import { resumed } from "./resumed";

/** What recovery reads of a stack's state. */
export interface StackState {
  /** Absent where the guard was not made yet: then nothing bears an id of this stack. */
  readonly clusterId?: string;
  readonly dockerHost?: string;
  /** Where the cluster runs, as the guard has it. */
  readonly target?: string;
  /** An image of the cluster, for short-lived containers that look at the machine. */
  readonly image?: string;
  /** Ids of containers and networks, names of volumes: what the state knows. */
  readonly containers: ReadonlySet<string>;
  readonly networks: ReadonlySet<string>;
  readonly volumes: ReadonlySet<string>;
  /** Whether a mount is in the state, and with it what supervises mounts. */
  readonly hasMounts: boolean;
  /** Every mount point that the cluster has, or was about to have. */
  readonly mountPoints: readonly string[];
  /** Mount point → id of the container that serves it. */
  readonly servedBy: ReadonlyMap<string, string>;
  /** What was begun and not ended: `creating dev-worker-small-1`. */
  readonly pending: readonly string[];
}

const CONTAINER = "docker:index/container:Container";
const MOUNT = "alluxio:index:FuseMount";

/** @param text what `pulumi stack export` printed */
export function readStackState(text: string): StackState {
  const { deployment } = JSON.parse(text) as Exported;
  const resources = deployment?.resources ?? [];
  const pending = deployment?.pending_operations ?? [];
  const all = [...resources, ...pending.map(({ resource }) => resource)];
  const of = (type: string): readonly Resource[] => resources.filter((resource) => resource.type === type);
  const idsOf = (type: string): ReadonlySet<string> => new Set(of(type).flatMap(({ id }) => id ?? []));
  const clusterId = texts(of("alluxio:index:ChangeGuard"), "clusterId")[0];
  const image = texts(all, "image")[0];
  const dockerHost = texts(of(PROVIDER), "dockerHost")[0];
  const target = targetOf(of("alluxio:index:ChangeGuard")[0]);
  const mountPoints = mountPointsOf(all);
  return {
    ...(clusterId === undefined ? {} : { clusterId }),
    ...(image === undefined ? {} : { image }),
    ...(target === undefined ? {} : { target }),
    ...(dockerHost === undefined ? {} : { dockerHost }),
    containers: idsOf(CONTAINER),
    networks: idsOf("docker:index/network:Network"),
    volumes: new Set([
      ...texts(of("docker:index/volume:Volume"), "name"),
      ...texts(of("alluxio:index:DataVolume"), "volumeName"),
    ]),
    hasMounts: of(MOUNT).length > 0,
    mountPoints,
    servedBy: new Map(
      of(CONTAINER).flatMap(({ id, inputs }) =>
        stringsIn(inputs?.["command"])
          .filter((argument) => id !== undefined && mountPoints.includes(argument))
          .map((mountPoint) => [mountPoint, id!] as const),
      ),
    ),
    pending: pending.map(({ type, resource }) => `${type} ${resource.urn.split("::").pop() ?? resource.urn}`),
  };
}

/**
 * The same state without operations that were begun and not ended. What they made in Docker is found by its label; what they
 * may have made on hosts is in it, see {@link resumed}.
 */
export function withoutPending(text: string): string {
  const exported = JSON.parse(text) as Exported;
  const { deployment } = exported;
  if (deployment) {
    const halfMade = resumed(deployment.resources ?? [], deployment.pending_operations ?? []);
    if (halfMade.length > 0) deployment.resources = [...(deployment.resources ?? []), ...halfMade];
    deployment.pending_operations = [];
  }
  return JSON.stringify(exported);
}

function targetOf(guard: Resource | undefined): string | undefined {
  const plan = guard?.outputs?.["plan"] ?? guard?.inputs?.["plan"];
  const target = typeof plan === "object" && plan !== null ? (plan as { target?: unknown }).target : undefined;
  return typeof target === "string" ? target : undefined;
}

const mountPointsOf = (resources: readonly Resource[]): string[] => [
  ...new Set([
    ...texts(
      resources.filter(({ type }) => type === MOUNT),
      "mountPoint",
    ),
    ...resources
      .filter(({ type }) => type === "alluxio:index:MountRoot")
      .flatMap(({ inputs, outputs }) => stringsIn(inputs?.["mountPoints"] ?? outputs?.["mountPoints"])),
  ]),
];

/** A property of each resource that has it, as a text: what is true before what is declared. */
const texts = (resources: readonly Resource[], property: string): string[] =>
  resources.flatMap(({ inputs, outputs }) => {
    const value = outputs?.[property] ?? inputs?.[property];
    return typeof value === "string" ? [value] : [];
  });

const stringsIn = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === "string") : [];
