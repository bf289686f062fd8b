import type {
  BastionConfig,
  ClusterConfig,
  DataSetConfig,
  DockerConfig,
  FuseMountConfig,
  HeapsConfig,
  HostConfig,
  HostsConfig,
  JavaConfig,
  JournalConfig,
  KubernetesConfig,
  MastersConfig,
  PortsConfig,
  ProxyConfig,
  ReleaseConfig,
  RolloutConfig,
  ServiceConfig,
  SshConfig,
  SshTimeoutsConfig,
  TierConfig,
  UnderStorageConfig,
  UnderStorageVolumeConfig,
  WorkerGroupConfig,
} from "./config";
import { DEFAULT_PORTS, HEAP_NAMES } from "./spec";

/** The shape of a value, as data. */
export type Schema = ScalarSchema | EnumSchema | ListSchema | MapSchema | ObjectSchema;

export interface ScalarSchema {
  readonly kind: "string" | "text" | "size" | "integer" | "boolean";
}
export interface EnumSchema {
  readonly kind: "enum";
  readonly values: readonly string[];
}
export interface ListSchema {
  readonly kind: "list";
  readonly of: Schema;
}
/** Free keys. */
export interface MapSchema {
  readonly kind: "map";
  readonly of: Schema;
}
export interface ObjectSchema {
  readonly kind: "object";
  /** Name of the interface in config.ts. */
  readonly type: string;
  /** What messages call it. */
  readonly title: string;
  readonly fields: Readonly<Record<string, Field>>;
}
export interface Field {
  readonly required: boolean;
  readonly schema: Schema;
}

/** The fields that an interface has, each required or optional as there: the compiler refuses a schema that differs. */
type FieldsOf<T> = {
  readonly [K in keyof T]-?: object extends Pick<T, K> ? OptionalField : RequiredField;
};
interface OptionalField extends Field {
  readonly required: false;
}
interface RequiredField extends Field {
  readonly required: true;
}

const optional = (schema: Schema): OptionalField => ({ required: false, schema });
const required = (schema: Schema): RequiredField => ({ required: true, schema });
const object = <T>(type: string, title: string, fields: FieldsOf<T>): ObjectSchema => ({
  kind: "object",
  type,
  title,
  fields: { ...fields },
});
const listOf = (of: Schema): ListSchema => ({ kind: "list", of });
const mapOf = (of: Schema): MapSchema => ({ kind: "map", of });
const oneOf = (...values: string[]): EnumSchema => ({ kind: "enum", values });

const string: ScalarSchema = { kind: "string" };
/** A string that may be empty. */
const text: ScalarSchema = { kind: "text" };
const size: ScalarSchema = { kind: "size" };
const integer: ScalarSchema = { kind: "integer" };
const boolean: ScalarSchema = { kind: "boolean" };

const masters = object<MastersConfig>("MastersConfig", "masters", {
  count: optional(integer),
  hosts: optional(listOf(string)),
  journal: optional(
    object<JournalConfig>("JournalConfig", "a journal", { keep: optional(boolean), path: optional(string) }),
  ),
});

const sshFields: FieldsOf<SshConfig> = {
  user: optional(string),
  port: optional(integer),
  key: optional(string),
  agent: optional(boolean),
  credentials: optional(mapOf(string)),
  bastion: optional(string),
};

const workerGroup = object<WorkerGroupConfig>("WorkerGroupConfig", "a worker group", {
  name: required(string),
  count: optional(integer),
  ramdisk: required(size),
  tiers: optional(
    listOf(
      object<TierConfig>("TierConfig", "a tier", {
        alias: required(oneOf("SSD", "HDD")),
        path: required(string),
        quota: required(size),
      }),
    ),
  ),
  hosts: optional(listOf(string)),
  ssh: optional(object<SshConfig>("SshConfig", "the SSH settings of a group", sshFields)),
});

const underStorage = object<UnderStorageConfig>("UnderStorageConfig", "the under storage", {
  volume: optional(
    object<UnderStorageVolumeConfig>("UnderStorageVolumeConfig", "a volume", { keep: optional(boolean) }),
  ),
  path: optional(string),
  uri: optional(string),
  credentials: optional(mapOf(string)),
  options: optional(mapOf(text)),
});

const mount = object<FuseMountConfig>("FuseMountConfig", "a mount", {
  name: required(string),
  mountPoint: optional(string),
  alluxioPath: optional(string),
  workers: optional(listOf(string)),
  contents: optional(oneOf("immutable", "changing")),
  options: optional(listOf(string)),
  shortCircuit: optional(boolean),
});

const dataSet = object<DataSetConfig>("DataSetConfig", "a data set", {
  name: required(string),
  path: optional(string),
  source: optional(string),
});

const heapFields: Record<string, Field> = Object.fromEntries(HEAP_NAMES.map((name) => [name, optional(size)]));
const portFields: Record<string, Field> = Object.fromEntries(
  ["published", ...Object.keys(DEFAULT_PORTS)].map((name) => [name, optional(integer)]),
);

const timeouts = object<SshTimeoutsConfig>("SshTimeoutsConfig", "the time limits", {
  connect: optional(integer),
  keepAlive: optional(integer),
});
const hostFields = { ...sshFields, address: optional(string), hostKey: optional(string) };
const archiveFields: FieldsOf<ReleaseConfig> = {
  url: optional(string),
  file: optional(string),
  sha256: optional(string),
};

const hosts = object<HostsConfig>("HostsConfig", "the settings of target hosts", {
  ...sshFields,
  sshConfig: optional(string),
  timeouts: optional(timeouts),
  sessions: optional(integer),
  addresses: optional(mapOf(object<HostConfig>("HostConfig", "a host", hostFields))),
  bastions: optional(mapOf(object<BastionConfig>("BastionConfig", "a bastion", hostFields))),
  gone: optional(listOf(string)),
  prefix: optional(string),
  release: optional(object<ReleaseConfig>("ReleaseConfig", "the release", archiveFields)),
  java: optional(object<JavaConfig>("JavaConfig", "the Java", { home: optional(string), ...archiveFields })),
  service: optional(
    object<ServiceConfig>("ServiceConfig", "the service user", {
      user: optional(string),
      group: optional(string),
      uid: optional(integer),
      gid: optional(integer),
    }),
  ),
  libfuse: optional(integer),
});

/** The shape of a {@link ClusterConfig}; a unit test compares it with config.ts, field by field. */
export const CLUSTER_SCHEMA: ObjectSchema = object<ClusterConfig>("ClusterConfig", "a cluster", {
  name: optional(string),
  target: optional(oneOf("docker", "hosts", "kubernetes")),
  version: optional(string),
  image: optional(string),
  masters: optional(masters),
  workers: required(listOf(workerGroup)),
  underStorage: required(underStorage),
  mounts: optional(listOf(mount)),
  dataSets: optional(listOf(dataSet)),
  proxy: optional(object<ProxyConfig>("ProxyConfig", "the proxy", { enabled: optional(boolean) })),
  properties: optional(mapOf(text)),
  heaps: optional(object<HeapsConfig>("HeapsConfig", "the heaps", heapFields as FieldsOf<HeapsConfig>)),
  jvmOptions: optional(listOf(string)),
  ports: optional(object<PortsConfig>("PortsConfig", "the ports", portFields as FieldsOf<PortsConfig>)),
  labels: optional(mapOf(text)),
  rollout: optional(object<RolloutConfig>("RolloutConfig", "the rollout", { workersPercent: optional(integer) })),
  docker: optional(object<DockerConfig>("DockerConfig", "the settings of target docker", { host: optional(string) })),
  hosts: optional(hosts),
  kubernetes: optional(
    object<KubernetesConfig>("KubernetesConfig", "the settings of target kubernetes", {
      context: optional(string),
      namespace: optional(string),
      storageClass: optional(string),
    }),
  ),
  confirm: optional(listOf(string)),
});

/** Every object schema within a schema, itself included, with the pattern of its path. */
export function* objectSchemas(schema: Schema, pattern = ""): Iterable<{ pattern: string; schema: ObjectSchema }> {
  switch (schema.kind) {
    case "list":
      yield* objectSchemas(schema.of, `${pattern}[]`);
      break;
    case "map":
      yield* objectSchemas(schema.of, `${pattern}.*`);
      break;
    case "object":
      yield { pattern, schema };
      for (const [name, field] of Object.entries(schema.fields)) {
        yield* objectSchemas(field.schema, pattern === "" ? name : `${pattern}.${name}`);
      }
  }
}
