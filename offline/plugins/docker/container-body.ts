import type { ContainerCreateOptions, EndpointSettings, MountSettings } from "dockerode";
import { isObject, numberOf, objectsOf, textMapOf, textOf, textsOf, type Json, type JsonObject } from "../rpc/values";
import { parseDuration } from "./duration";
import { labelsToMap } from "./labels";

const MIB = 1024 * 1024;

/** How a container is made: the request for its creation, then the networks it moves to before it starts. */
export interface Creation {
  readonly body: ContainerCreateOptions;
  /** Networks to leave; those that Docker joins by itself. */
  readonly leave: readonly string[];
  /** Networks to join beyond the one in the body. */
  readonly join: readonly Endpoint[];
}

export interface Endpoint {
  readonly network: string;
  readonly aliases: readonly string[];
}

/** Checked inputs as Docker's API wants them. */
export function creation(inputs: JsonObject): Creation {
  const endpoints = networksOf(inputs["networksAdvanced"]);
  const [first, ...others] = endpoints;
  const mode = textOf(inputs["networkMode"]);
  const namesFirst = mode === undefined || mode === first?.network;
  const body = {
    ...containerConfig(inputs),
    HostConfig: { ...hostConfig(inputs), ...optional("NetworkMode", mode ?? first?.network) },
  };
  if (first === undefined) return { body, leave: [], join: [] };
  // With networkMode "bridge" and networks of its own, the container ends in its own networks only.
  if (!namesFirst) return { body, leave: mode === "bridge" || mode === "default" ? ["bridge"] : [], join: endpoints };
  return {
    body: { ...body, NetworkingConfig: { EndpointsConfig: { [first.network]: endpointSettings(first) } } },
    leave: [],
    join: others,
  };
}

/** What stands on the endpoint itself; Docker fills in the rest. */
export const endpointSettings = (endpoint: Endpoint): EndpointSettings => ({ Aliases: [...endpoint.aliases] });

function containerConfig(inputs: JsonObject): ContainerCreateOptions {
  return {
    name: textOf(inputs["name"]) ?? "",
    Image: textOf(inputs["image"]) ?? "",
    Labels: labelsToMap(inputs["labels"]),
    ...optional("Cmd", textsOf(inputs["command"])),
    ...optional("Entrypoint", textsOf(inputs["entrypoints"])),
    ...optional("Env", textsOf(inputs["envs"])),
    ...optional("User", textOf(inputs["user"])),
    ...optional("Hostname", textOf(inputs["hostname"])),
    ...optional("StopSignal", textOf(inputs["stopSignal"])),
    ...optional("StopTimeout", numberOf(inputs["stopTimeout"])),
    ...optional("Healthcheck", healthcheck(inputs["healthcheck"])),
    ExposedPorts: Object.fromEntries(objectsOf(inputs["ports"]).map((port) => [portKey(port), {}])),
  };
}

function hostConfig(inputs: JsonObject): NonNullable<ContainerCreateOptions["HostConfig"]> {
  const capabilities = isObject(inputs["capabilities"]) ? inputs["capabilities"] : {};
  const memorySwap = numberOf(inputs["memorySwap"]);
  return {
    RestartPolicy: { Name: textOf(inputs["restart"]) ?? "no" },
    PortBindings: portBindings(inputs["ports"]),
    Mounts: objectsOf(inputs["mounts"]).map(mount),
    Devices: objectsOf(inputs["devices"]).map((device) => ({
      PathOnHost: textOf(device["hostPath"]) ?? "",
      PathInContainer: textOf(device["containerPath"] ?? device["hostPath"]) ?? "",
      CgroupPermissions: textOf(device["permissions"]) ?? "rwm",
    })),
    ...optional("Tmpfs", isObject(inputs["tmpfs"]) ? textMapOf(inputs["tmpfs"]) : undefined),
    ...optional("CapAdd", textsOf(capabilities["adds"])),
    ...optional("CapDrop", textsOf(capabilities["drops"])),
    ...optional("SecurityOpt", textsOf(inputs["securityOpts"])),
    ...optional("ShmSize", scale(numberOf(inputs["shmSize"]))),
    ...optional("Memory", scale(numberOf(inputs["memory"]))),
    ...optional("MemorySwap", memorySwap === -1 ? -1 : scale(memorySwap)),
    ...optional("Init", typeof inputs["init"] === "boolean" ? inputs["init"] : undefined),
  };
}

/** `restart` and memory, the only things that Docker changes on a container in place. */
export function updateBody(inputs: JsonObject): Readonly<Record<string, unknown>> {
  const memorySwap = numberOf(inputs["memorySwap"]);
  return {
    RestartPolicy: { Name: textOf(inputs["restart"]) ?? "no" },
    ...optional("Memory", scale(numberOf(inputs["memory"]))),
    ...optional("MemorySwap", memorySwap === -1 ? -1 : scale(memorySwap)),
  };
}

function portBindings(ports: Json | undefined): Record<string, { HostIp: string; HostPort: string }[]> {
  const bindings: Record<string, { HostIp: string; HostPort: string }[]> = {};
  for (const port of objectsOf(ports)) {
    const external = numberOf(port["external"]);
    (bindings[portKey(port)] ??= []).push({
      HostIp: textOf(port["ip"]) ?? "0.0.0.0",
      // An empty text lets Docker pick a free port.
      HostPort: external === undefined ? "" : String(external),
    });
  }
  return bindings;
}

const portKey = (port: JsonObject): string => `${numberOf(port["internal"]) ?? 0}/${textOf(port["protocol"]) ?? "tcp"}`;

function mount(item: JsonObject): MountSettings {
  const bind = isObject(item["bindOptions"]) ? textOf(item["bindOptions"]["propagation"]) : undefined;
  const size = isObject(item["tmpfsOptions"]) ? numberOf(item["tmpfsOptions"]["sizeBytes"]) : undefined;
  return {
    Type: textOf(item["type"]) as MountSettings["Type"],
    Source: textOf(item["source"]) ?? "",
    Target: textOf(item["target"]) ?? "",
    ReadOnly: item["readOnly"] === true,
    ...(bind === undefined ? {} : { BindOptions: { Propagation: bind as "rshared" } }),
    // Mode 0 would be the default of the API's zero value; tmpfs itself uses 1777.
    ...(size === undefined ? {} : { TmpfsOptions: { SizeBytes: size, Mode: 0o1777 } }),
  };
}

function healthcheck(value: Json | undefined): ContainerCreateOptions["Healthcheck"] | undefined {
  if (!isObject(value)) return undefined;
  const nanoseconds = (key: string): number => parseDuration(textOf(value[key]) ?? "0s") ?? 0;
  return {
    Test: textsOf(value["tests"]) ?? [],
    Interval: nanoseconds("interval"),
    Timeout: nanoseconds("timeout"),
    StartPeriod: nanoseconds("startPeriod"),
    Retries: numberOf(value["retries"]) ?? 0,
  };
}

function networksOf(value: Json | undefined): readonly Endpoint[] {
  return objectsOf(value).map((item) => ({
    network: textOf(item["name"]) ?? "",
    aliases: textsOf(item["aliases"]) ?? [],
  }));
}

const scale = (mebibytes: number | undefined): number | undefined =>
  mebibytes === undefined ? undefined : mebibytes * MIB;

const optional = <K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } =>
  (value === undefined ? {} : { [key]: value }) as { [P in K]?: V };
