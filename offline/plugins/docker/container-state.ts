import type { ContainerInspectInfo } from "dockerode";
import type { Json, JsonObject } from "../rpc/values";
import { formatDuration } from "./duration";

const MIB = 1024 * 1024;

/** What `docker inspect` says, beyond what the client's types know. */
export type Inspected = ContainerInspectInfo;

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
    tmpfs: nonEmpty(host.Tmpfs as Readonly<Record<string, string>> | null | undefined),
    shmSize: host.ShmSize === undefined ? undefined : Math.floor(host.ShmSize / MIB),
    networkMode: host.NetworkMode,
    capabilities: capabilitiesOf(host.CapAdd as string[] | null, host.CapDrop as string[] | null),
    devices: ((host.Devices ?? []) as DeviceInfo[]).map((device) => ({
      hostPath: device.PathOnHost,
      containerPath: device.PathInContainer,
      permissions: device.CgroupPermissions,
    })),
    securityOpts: (host.SecurityOpt as string[] | null | undefined) ?? [],
    healthcheck: healthcheckOf(config.Healthcheck),
    stopSignal: (config as { StopSignal?: string }).StopSignal,
    stopTimeout: (config as { StopTimeout?: number }).StopTimeout,
    init: host.Init ?? undefined,
    restart: host.RestartPolicy?.Name || "no",
    memory: host.Memory ? Math.floor(host.Memory / MIB) : undefined,
    memorySwap: memorySwapOf(host.MemorySwap),
    // A container that need not run is fine either way.
    mustRun: declared["mustRun"] === false ? false : state.Running,
    exitCode: state.Running ? undefined : state.ExitCode,
    bridge: (info.NetworkSettings as { Bridge?: string }).Bridge ?? "",
    networkDatas: networkDatas(info),
  });
}

interface DeviceInfo {
  readonly PathOnHost: string;
  readonly PathInContainer: string;
  readonly CgroupPermissions: string;
}

/** The wording of the program where it names the image that the container really has. */
function imageOf(info: Inspected, declared: Json | undefined): string {
  if (typeof declared !== "string") return info.Image;
  if (!declared.startsWith("sha256:")) return info.Config.Image;
  return info.Image.startsWith(declared) ? declared : info.Image;
}

const entrypointOf = (entrypoint: string | string[] | undefined | null): readonly string[] => {
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

function mountOf(mount: NonNullable<Inspected["HostConfig"]["Mounts"]>[number]): Json {
  return {
    type: mount.Type,
    target: mount.Target,
    ...(mount.Source ? { source: mount.Source } : {}),
    readOnly: mount.ReadOnly === true,
    ...(mount.BindOptions?.Propagation ? { bindOptions: { propagation: mount.BindOptions.Propagation } } : {}),
    ...(mount.TmpfsOptions?.SizeBytes ? { tmpfsOptions: { sizeBytes: mount.TmpfsOptions.SizeBytes } } : {}),
  };
}

function capabilitiesOf(adds: readonly string[] | null, drops: readonly string[] | null): Json | undefined {
  if (!adds?.length && !drops?.length) return undefined;
  return { adds: adds ?? [], drops: drops ?? [] };
}

function healthcheckOf(check: Inspected["Config"]["Healthcheck"]): Json | undefined {
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
