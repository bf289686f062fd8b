import type { Json, JsonObject } from "../rpc/values";
import { formatDuration } from "./duration";

const MIB = 1024 * 1024;

/** What is looked at in the answer of `docker inspect`; Docker writes null for what is empty. */
export interface Inspected {
  readonly Name: string;
  readonly Image: string;
  readonly State: { readonly Running: boolean; readonly ExitCode: number };
  readonly Config: {
    readonly Image: string;
    readonly Hostname: string;
    readonly User: string;
    readonly Cmd: readonly string[] | null;
    readonly Entrypoint?: string | readonly string[] | null | undefined;
    readonly StopSignal?: string;
    readonly StopTimeout?: number;
    readonly Healthcheck?: Healthcheck | undefined;
  };
  readonly HostConfig: {
    readonly Mounts?: readonly Mount[] | null | undefined;
    readonly Tmpfs?: Readonly<Record<string, string>> | null | undefined;
    readonly ShmSize?: number | undefined;
    readonly NetworkMode?: string | undefined;
    readonly CapAdd?: readonly string[] | null;
    readonly CapDrop?: readonly string[] | null;
    readonly Devices?: readonly Device[] | null;
    readonly SecurityOpt?: readonly string[] | null;
    readonly Init?: boolean | null | undefined;
    readonly RestartPolicy?: { readonly Name: string } | undefined;
    readonly Memory?: number | undefined;
    readonly MemorySwap?: number | undefined;
  };
  readonly NetworkSettings: {
    readonly Bridge?: string;
    readonly Ports: Readonly<Record<string, readonly Binding[] | null>> | null;
    readonly Networks: Readonly<Record<string, Endpoint>>;
  };
}

interface Healthcheck {
  readonly Test?: readonly string[] | undefined;
  readonly Interval?: number | undefined;
  readonly Timeout?: number | undefined;
  readonly StartPeriod?: number | undefined;
  readonly Retries?: number | undefined;
}

interface Mount {
  readonly Type: string;
  readonly Source: string;
  readonly Target: string;
  readonly ReadOnly?: boolean | undefined;
  readonly BindOptions?: { readonly Propagation: string } | undefined;
  readonly TmpfsOptions?: { readonly SizeBytes: number } | undefined;
}

interface Device {
  readonly PathOnHost: string;
  readonly PathInContainer: string;
  readonly CgroupPermissions: string;
}

interface Binding {
  readonly HostIp: string;
  readonly HostPort: string;
}

interface Endpoint {
  readonly IPAddress: string;
  readonly IPPrefixLen: number;
  readonly Gateway: string;
  readonly GlobalIPv6Address: string;
  readonly GlobalIPv6PrefixLen: number;
  readonly IPv6Gateway: string;
  readonly MacAddress: string;
}

/**
 * What Docker says about a container, as the SDK shows it. Environment, labels and networks are not read back, as in the
 * official plugin: an image and Docker itself add to them.
 *
 * @param declared the inputs: they decide whether the image is compared by id or by tag, and what `mustRun` means
 */
export function containerState(info: Inspected, declared: JsonObject): JsonObject {
  const { Config: config, HostConfig: host, State: state } = info;
  return compact({
    name: info.Name.replace(/^\//, ""),
    image: imageOf(info, declared["image"]),
    command: config.Cmd ?? [],
    entrypoints: entrypointOf(config.Entrypoint),
    user: config.User,
    hostname: config.Hostname,
    ports: portsOf(info),
    mounts: (host.Mounts ?? []).map(mountOf),
    tmpfs: nonEmpty(host.Tmpfs),
    shmSize: host.ShmSize === undefined ? undefined : Math.floor(host.ShmSize / MIB),
    networkMode: host.NetworkMode,
    capabilities: capabilitiesOf(host.CapAdd ?? [], host.CapDrop ?? []),
    devices: (host.Devices ?? []).map((device) => ({
      hostPath: device.PathOnHost,
      containerPath: device.PathInContainer,
      permissions: device.CgroupPermissions,
    })),
    securityOpts: host.SecurityOpt ?? [],
    healthcheck: healthcheckOf(config.Healthcheck),
    stopSignal: config.StopSignal,
    stopTimeout: config.StopTimeout,
    init: host.Init ?? undefined,
    restart: host.RestartPolicy?.Name || "no",
    memory: host.Memory ? Math.floor(host.Memory / MIB) : undefined,
    memorySwap: memorySwapOf(host.MemorySwap),
    // A container that need not run is fine either way.
    mustRun: declared["mustRun"] === false ? false : state.Running,
    exitCode: state.Running ? undefined : state.ExitCode,
    bridge: info.NetworkSettings.Bridge ?? "",
    networkDatas: networkDatas(info),
  });
}

/** The wording of the program where it names the image that the container really has. */
function imageOf(info: Inspected, declared: Json | undefined): string {
  if (typeof declared !== "string") return info.Image;
  if (!declared.startsWith("sha256:")) return info.Config.Image;
  return info.Image.startsWith(declared) ? declared : info.Image;
}

const entrypointOf = (entrypoint: string | readonly string[] | undefined | null): readonly string[] => {
  if (entrypoint === undefined || entrypoint === null) return [];
  return typeof entrypoint === "string" ? [entrypoint] : entrypoint;
};

function portsOf(info: Inspected): Json {
  const bindings = Object.entries(info.NetworkSettings.Ports ?? {}).flatMap(([key, targets]) => {
    const [internal = "", protocol = "tcp"] = key.split("/");
    return ((targets ?? []) as { HostIp: string; HostPort: string }[]).map((target) => ({
      internal: Number(internal),
      external: Number(target.HostPort),
      ip: target.HostIp,
      protocol,
    }));
  });
  return bindings.sort((a, b) => a.internal - b.internal || a.external - b.external);
}

function mountOf(mount: Mount): Json {
  return {
    type: mount.Type,
    target: mount.Target,
    ...(mount.Source ? { source: mount.Source } : {}),
    readOnly: mount.ReadOnly === true,
    ...(mount.BindOptions?.Propagation ? { bindOptions: { propagation: mount.BindOptions.Propagation } } : {}),
    ...(mount.TmpfsOptions?.SizeBytes ? { tmpfsOptions: { sizeBytes: mount.TmpfsOptions.SizeBytes } } : {}),
  };
}

function capabilitiesOf(adds: readonly string[], drops: readonly string[]): Json | undefined {
  return adds.length + drops.length > 0 ? { adds, drops } : undefined;
}

function healthcheckOf(check: Healthcheck | undefined): Json | undefined {
  if (!check?.Test) return undefined;
  return {
    tests: check.Test,
    interval: formatDuration(check.Interval ?? 0),
    timeout: formatDuration(check.Timeout ?? 0),
    startPeriod: formatDuration(check.StartPeriod ?? 0),
    retries: check.Retries ?? 0,
  };
}

function memorySwapOf(bytes: number | undefined): number | undefined {
  if (!bytes) return undefined;
  return bytes < 0 ? -1 : Math.floor(bytes / MIB);
}

function networkDatas(info: Inspected): Json {
  return Object.entries(info.NetworkSettings.Networks)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([networkName, endpoint]) => ({
      networkName,
      ipAddress: endpoint.IPAddress,
      ipPrefixLength: endpoint.IPPrefixLen,
      gateway: endpoint.Gateway,
      globalIpv6Address: endpoint.GlobalIPv6Address,
      globalIpv6PrefixLength: endpoint.GlobalIPv6PrefixLen,
      ipv6Gateway: endpoint.IPv6Gateway,
      macAddress: endpoint.MacAddress,
    }));
}

const nonEmpty = (map: Readonly<Record<string, string>> | null | undefined): Json | undefined =>
  map && Object.keys(map).length > 0 ? { ...map } : undefined;

const compact = (values: Readonly<Record<string, Json | undefined>>): JsonObject =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
