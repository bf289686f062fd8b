import type Docker from "dockerode";
import type { CommandResult } from "./commandResult";
import { connectionOf } from "./dockerConnection";
import { explained, ignoring } from "./dockerErrors";
import { onHost } from "./dockerHost";
import { collect, stripFrames } from "./dockerStreams";
import { entriesOf, tarOf, type TarEntry } from "./tar";

export interface OwnedContainer {
  readonly id: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly image: string;
  /** `running`, `exited`, `paused`, ... */
  readonly state: string;
  /** IP addresses, by network. */
  readonly addresses: readonly string[];
}

/** The label that decides what is ours. Names and the other labels are for people. */
export const CLUSTER_ID_LABEL = "alluxio.cluster-id";
/** The name of the cluster. */
export const CLUSTER_LABEL = "alluxio.cluster";
export const OWNER_LABEL = "alluxio.owner";
/** The name of a volume in the plan. */
export const VOLUME_LABEL = "alluxio.volume";
export const PROCESS_LABEL = "alluxio.process";
/** The process of a container that looks at the machine for a moment. */
export const HOST_HELPER = "host-helper";

/** What the daemon leaves out, or sends as null, and the types of the client promise. */
interface PublishedPort {
  readonly PublicPort?: number;
}
interface DaemonInfo {
  readonly Name: string;
  readonly MemTotal: number;
  readonly SystemTime: string;
  readonly DockerRootDir: string;
}
interface VolumeEntry {
  readonly Name: string;
  readonly Labels: Record<string, string> | null;
  readonly Options?: Record<string, string> | null;
}

interface ImageEntry {
  readonly Id: string;
  readonly RepoTags: string[] | null;
  readonly Config: { readonly Labels: Record<string, string> | null };
}

export interface ImageInfo {
  readonly id: string;
  /** All that it bears. */
  readonly tags: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

/** Something that bears a name. */
export interface NamedObject {
  readonly id: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Containers. */
  readonly image?: string;
  /** Volumes. */
  readonly driverOpts?: Readonly<Record<string, string>>;
}

/** A volume whose files are to be reached. */
export interface VolumePlace {
  readonly volume: string;
  /** Of the container through which it is reached. */
  readonly image: string;
  readonly labels: Readonly<Record<string, string>>;
}

const DEFAULT_TIMEOUT_SECONDS = 30;
/** Where that container has the volume. */
const VOLUME_PATH = "/volume";

/** Looks at, and acts on, containers and the machine of one Docker daemon. */
export class DockerTransport {
  private readonly connection: Docker.DockerOptions | undefined;
  private client: Docker | undefined;

  /**
   * @param host of the daemon, such as `unix:///run/docker.sock`; default DOCKER_HOST, else the local socket
   * @param labels of every container that it makes, beside those that decide whose it is
   */
  constructor(
    host?: string,
    private readonly labels: Readonly<Record<string, string>> = {},
  ) {
    this.connection = host === undefined ? undefined : connectionOf(host);
  }

  /** Loaded when it is first needed: a cluster on hosts need not wait for it. */
  private get docker(): Docker {
    if (this.client) return this.client;
    // A dynamic import would be a promise, which nobody who uses this could wait for.
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const Client = require("dockerode") as typeof Docker;
    this.client = new Client(this.connection);
    return this.client;
  }

  /** Runs a shell script in a container; `$1`, `$2`, ... are `args`. */
  async run(
    container: string,
    script: string,
    args: readonly string[] = [],
    timeoutSeconds = DEFAULT_TIMEOUT_SECONDS,
  ): Promise<CommandResult> {
    return explained(async () => {
      const exec = await this.docker.getContainer(container).exec({
        Cmd: ["timeout", "-s", "KILL", String(timeoutSeconds), "/bin/sh", "-c", script, "sh", ...args],
        AttachStdout: true,
        AttachStderr: true,
      });
      const output = await collect(this.docker, await exec.start({}));
      return { code: (await exec.inspect()).ExitCode ?? -1, ...output };
    });
  }

  /**
   * Runs a shell script on the daemon's machine, in its own mount namespace, through a short-lived container with the right
   * to: so it needs no root here, works with `/` mounted private as well as shared, and with a daemon elsewhere.
   */
  async runOnHost(
    image: string,
    clusterId: string,
    script: string,
    args: readonly string[] = [],
    { hostNetwork = false } = {},
  ): Promise<CommandResult> {
    const labels = { ...this.labels, [CLUSTER_ID_LABEL]: clusterId, [PROCESS_LABEL]: HOST_HELPER };
    return this.forMoment(onHost(image, script, args, labels, { hostNetwork }), async (container) => {
      const stream = await container.attach({ stream: true, stdout: true, stderr: true });
      await container.start();
      const output = await collect(this.docker, stream);
      const { StatusCode } = (await container.wait()) as { StatusCode: number };
      return { code: StatusCode, ...output };
    });
  }

  /** Starts a container that runs a shell script there until it is removed, as {@link runOnHost} does for a moment. */
  async startOnHost(spec: {
    name: string;
    image: string;
    script: string;
    args: readonly string[];
    labels: Readonly<Record<string, string>>;
    /** After which ends Docker starts it again. */
    restart: "unless-stopped" | "on-failure";
  }): Promise<void> {
    await explained(async () => {
      const options = onHost(spec.image, spec.script, spec.args, { ...this.labels, ...spec.labels });
      const container = await this.docker.createContainer({
        ...options,
        name: spec.name,
        HostConfig: { ...options.HostConfig, RestartPolicy: { Name: spec.restart } },
      });
      await container.start();
    });
  }

  /** Containers on a network or with a label, running or not. */
  async containers(filters: { label?: string[]; network?: string[] }): Promise<OwnedContainer[]> {
    return explained(async () =>
      (await this.docker.listContainers({ all: true, filters })).map((container) => ({
        id: container.Id,
        name: (container.Names[0] ?? container.Id).replace(/^\//, ""),
        labels: container.Labels,
        image: container.ImageID,
        state: container.State,
        addresses: Object.values(container.NetworkSettings.Networks).map((network) => network.IPAddress),
      })),
    );
  }

  /** Ports of the machine that running containers publish. */
  async publishedPorts(): Promise<{ port: number; container: string; clusterId: string | undefined }[]> {
    return explained(async () =>
      (await this.docker.listContainers()).flatMap((container) =>
        (container.Ports as PublishedPort[]).flatMap(({ PublicPort: port }) =>
          port === undefined
            ? []
            : [
                {
                  port,
                  container: (container.Names[0] ?? container.Id).replace(/^\//, ""),
                  clusterId: container.Labels[CLUSTER_ID_LABEL],
                },
              ],
        ),
      ),
    );
  }

  /** What bears exactly this name: of networks there may be several. */
  async named(kind: "container" | "network" | "volume", name: string): Promise<NamedObject[]> {
    return explained(async () => {
      switch (kind) {
        case "container": {
          const found = await ignoring(404, () => this.docker.getContainer(name).inspect());
          // Docker also finds containers by the beginning of an id.
          if (found?.Name !== `/${name}`) return [];
          return [{ id: found.Id, labels: found.Config.Labels, image: found.Image }];
        }
        case "network": {
          const found = await this.docker.listNetworks({ filters: { name: [name] } });
          return found.filter((one) => one.Name === name).map((one) => ({ id: one.Id, labels: one.Labels ?? {} }));
        }
        case "volume": {
          const found: VolumeEntry | undefined = await ignoring(404, () => this.docker.getVolume(name).inspect());
          return found ? [{ id: name, labels: found.Labels ?? {}, driverOpts: found.Options ?? {} }] : [];
        }
      }
    });
  }

  async disconnect(network: string, container: string): Promise<void> {
    await explained(() =>
      ignoring(404, () => this.docker.getNetwork(network).disconnect({ Container: container, Force: true })),
    );
  }

  /** @returns undefined where there is no such container */
  async inspect(container: string): Promise<Docker.ContainerInspectInfo | undefined> {
    return explained(() => ignoring(404, () => this.docker.getContainer(container).inspect()));
  }

  /** The last lines that a container has written. */
  async logs(container: string, lines: number): Promise<string> {
    return explained(async () => {
      const raw = await this.docker.getContainer(container).logs({ stdout: true, stderr: true, tail: lines });
      return stripFrames(raw);
    });
  }

  /** A container that the provider itself needs for a while; what stays is made by the docker plugin. */
  async startContainer(spec: {
    name: string;
    image: string;
    /** @default the image's own */
    entrypoint?: readonly string[];
    command: readonly string[];
    environment: readonly string[];
    hostname: string;
    network: string;
    alias: string;
    volumes: Readonly<Record<string, string>>;
    labels: Readonly<Record<string, string>>;
  }): Promise<void> {
    await explained(async () => {
      const container = await this.docker.createContainer({
        name: spec.name,
        Image: spec.image,
        ...(spec.entrypoint ? { Entrypoint: [...spec.entrypoint] } : {}),
        Cmd: [...spec.command],
        Env: [...spec.environment],
        Hostname: spec.hostname,
        Labels: { ...this.labels, ...spec.labels },
        HostConfig: {
          NetworkMode: spec.network,
          Mounts: Object.entries(spec.volumes).map(([Source, Target]) => ({
            Type: Source.startsWith("/") ? ("bind" as const) : ("volume" as const),
            Source,
            Target,
          })),
        },
        NetworkingConfig: { EndpointsConfig: { [spec.network]: { Aliases: [spec.alias] } } },
      });
      await container.start();
    });
  }

  /** Stops and removes a container, if there is one. */
  async removeContainer(container: string, graceSeconds: number): Promise<void> {
    await this.stop(container, graceSeconds);
    await explained(() => ignoring(404, () => this.docker.getContainer(container).remove({ force: true })));
  }

  /** Ends and removes a container at once, if there is one and nobody else is at it. */
  async discard(container: string): Promise<void> {
    await explained(() =>
      ignoring(404, () => ignoring(409, () => this.docker.getContainer(container).remove({ force: true, v: true }))),
    );
  }

  async stop(container: string, graceSeconds: number): Promise<void> {
    await explained(() =>
      ignoring(404, () => ignoring(304, () => this.docker.getContainer(container).stop({ t: graceSeconds }))),
    );
  }

  async restart(container: string, graceSeconds: number): Promise<void> {
    await explained(() => this.docker.getContainer(container).restart({ t: graceSeconds }));
  }

  /** Names of the volumes with a label, and their labels. */
  async volumes(label: string): Promise<{ name: string; labels: Readonly<Record<string, string>> }[]> {
    return explained(async () => {
      const { Volumes: found } = (await this.docker.listVolumes({ filters: { label: [label] } })) as {
        Volumes: VolumeEntry[] | null;
      };
      return (found ?? []).map((volume) => ({ name: volume.Name, labels: volume.Labels ?? {} }));
    });
  }

  /** Networks with a label. */
  async networks(label: string): Promise<{ id: string; name: string; labels: Readonly<Record<string, string>> }[]> {
    return explained(async () =>
      (await this.docker.listNetworks({ filters: { label: [label] } })).map((network) => ({
        id: network.Id,
        name: network.Name,
        labels: network.Labels ?? {},
      })),
    );
  }

  async removeNetwork(id: string): Promise<void> {
    await explained(() => ignoring(404, () => this.docker.getNetwork(id).remove()));
  }

  /** @returns undefined where there is no such volume */
  async volumeLabels(name: string): Promise<Readonly<Record<string, string>> | undefined> {
    return (await this.named("volume", name))[0]?.labels;
  }

  /** Docker gives back an existing volume of that name. */
  async createVolume(name: string, labels: Readonly<Record<string, string>>): Promise<void> {
    await explained(() => this.docker.createVolume({ Name: name, Labels: { ...labels } }));
  }

  /** The folders and files of a volume, below it. */
  async readVolume(place: VolumePlace): Promise<TarEntry[]> {
    const tar = await this.throughIdleContainer(place, async (container) => {
      const chunks: Buffer[] = [];
      for await (const chunk of await container.getArchive({ path: VOLUME_PATH })) chunks.push(chunk as Buffer);
      return Buffer.concat(chunks);
    });
    // Docker puts them below the folder that it was asked for.
    return entriesOf(tar).flatMap(({ path, ...entry }) => {
      const below = path.slice(path.indexOf("/") + 1);
      return below === "" ? [] : [{ ...entry, path: below }];
    });
  }

  /** Puts folders and files into a volume; what has the same path is replaced. */
  async writeVolume(place: VolumePlace, entries: readonly TarEntry[]): Promise<void> {
    await this.throughIdleContainer(place, (container) =>
      container.putArchive(tarOf(entries), { path: VOLUME_PATH }).then(() => undefined),
    );
  }

  /** A container that is made and never started: nothing runs, and what is sent or read is no argument of anything. */
  private throughIdleContainer<T>(
    { volume, image, labels }: VolumePlace,
    act: (container: Docker.Container) => Promise<T>,
  ): Promise<T> {
    const options = {
      Image: image,
      Cmd: ["true"],
      Labels: { ...this.labels, ...labels },
      HostConfig: {
        NetworkMode: "none",
        Mounts: [{ Type: "volume" as const, Source: volume, Target: VOLUME_PATH }],
      },
    };
    return this.forMoment(options, act);
  }

  private async forMoment<T>(
    options: Docker.ContainerCreateOptions,
    act: (container: Docker.Container) => Promise<T>,
  ): Promise<T> {
    return explained(async () => {
      const container = await this.docker.createContainer(options);
      try {
        return await act(container);
      } finally {
        await container.remove({ force: true }).catch(() => undefined);
      }
    });
  }

  async removeVolume(name: string): Promise<void> {
    await explained(() => ignoring(404, () => this.docker.getVolume(name).remove()));
  }

  /** @param image id or tag; @returns undefined where there is none */
  async image(image: string): Promise<ImageInfo | undefined> {
    return explained(async () => {
      const found: ImageEntry | undefined = await ignoring(404, () => this.docker.getImage(image).inspect());
      return found && { id: found.Id, tags: found.RepoTags ?? [], labels: found.Config.Labels ?? {} };
    });
  }

  async tagImage(image: string, tag: string): Promise<void> {
    const [, repo = tag, version = "latest"] = /^(.*):([^:/]+)$/.exec(tag) ?? [];
    await explained(() => this.docker.getImage(image).tag({ repo, tag: version }));
  }

  /** Memory of the machine, in MiB. */
  async memoryMiB(): Promise<number> {
    return Math.floor((await this.info()).MemTotal / 1024 ** 2);
  }

  /** The daemon's clock, in milliseconds since 1970. */
  async now(): Promise<number> {
    return Date.parse((await this.info()).SystemTime);
  }

  /** Folder of the machine in which Docker keeps volumes and containers. */
  async dataRoot(): Promise<string> {
    return (await this.info()).DockerRootDir;
  }

  /** Host name of the machine. */
  async machineName(): Promise<string> {
    return (await this.info()).Name;
  }

  private async info(): Promise<DaemonInfo> {
    return explained(async () => (await this.docker.info()) as DaemonInfo);
  }
}
