/**
 * What a user writes under `alluxio:cluster` in `Pulumi.<stack>.yaml`.
 *
 * The reference page (docs/reference.md) is generated from these comments: each field's meaning, `@default`,
 * `@allowed` values and `@example`. `parseSpec` turns such a value into a {@link ClusterSpec} or reports every mistake.
 */
export interface ClusterConfig {
  /**
   * Name of the cluster, part of the name of everything that is made for it.
   * @default the name of the stack
   * @allowed lower-case letters, digits and hyphens, from a letter to a letter or digit, at most 30 characters
   * @example "alnair"
   */
  name?: string;
  /**
   * Where the cluster runs: containers on one machine's Docker, bare-metal hosts over SSH, or Kubernetes.
   * @default "docker"
   */
  target?: Target;
  /**
   * Alluxio version.
   * @default "2.9.4"
   * @allowed 2.8.0, 2.8.1, 2.9.0 to 2.9.6
   * @example "2.9.6"
   */
  version?: string;
  /**
   * Image of the Alluxio processes, by tag or digest (targets docker and kubernetes). Its version must be `version`.
   * @default "alluxio/alluxio:<version>"
   * @example "alluxio/alluxio@sha256:<64 hex digits>"
   */
  image?: string;
  /** The masters: metadata and journal. @default one master */
  masters?: MastersConfig;
  /** Worker groups. At least one. */
  workers: WorkerGroupConfig[];
  /** Where the data lives for good (Alluxio's root under storage, UFS). */
  underStorage: UnderStorageConfig;
  /** FUSE mounts: Alluxio paths that appear as folders. @default none */
  mounts?: FuseMountConfig[];
  /** Named data sets. @default none */
  dataSets?: DataSetConfig[];
  /**
   * The REST and S3 proxy.
   * @default not started
   */
  proxy?: ProxyConfig;
  /**
   * Alluxio properties for every process, on top of what the spec implies. A property that the spec itself decides
   * (for example `alluxio.worker.ramdisk.size`) is refused: the message names the field to use.
   * @default none
   * @example { "alluxio.user.file.writetype.default": "ASYNC_THROUGH" }
   */
  properties?: Record<string, string>;
  /** JVM heaps. */
  heaps?: HeapsConfig;
  /**
   * Further JVM options of every process, such as a collector. Heaps have a field of their own.
   * @default none
   * @example ["-XX:+UseSerialGC"]
   */
  jvmOptions?: string[];
  /** Ports, where Alluxio's own are taken. */
  ports?: PortsConfig;
  /**
   * Labels for containers and pods. Keys starting with `alluxio.` are reserved.
   * @default none
   * @example { "team": "vision" }
   */
  labels?: Record<string, string>;
  /** How a running cluster is changed. */
  rollout?: RolloutConfig;
  /** Settings that only target docker has. */
  docker?: DockerConfig;
  /** Settings that only target hosts has. */
  hosts?: HostsConfig;
  /** Settings that only target kubernetes has. */
  kubernetes?: KubernetesConfig;
  /**
   * Losses that you accept, each exactly as a refused preview printed it. An entry is bound to the state it was
   * printed for; a stale one only warns.
   * @default none
   * @example ["shrink ramdisk-small-1 512MB→256MB @3f9c"]
   */
  confirm?: string[];
}

export type Target = "docker" | "hosts" | "kubernetes";

/**
 * A size, in Alluxio's own notation: base 1024, so `1GB` is 1,073,741,824 bytes; rounded down to a whole MiB.
 * Units: B, KB, MB, GB, TB, PB, also K/M/G/T/P and KiB/MiB/GiB/TiB/PiB, in upper or lower case.
 * @example "62.51GB"
 */
export type SizeString = string;

export interface MastersConfig {
  /** How many masters. Three tolerate the loss of one, five of two (embedded journal, Raft). @default 1 @allowed 1, 3, 5 */
  count?: number;
  /** Target hosts: the host of each master; their number must be `count`. @example ["v2r2-dfx-8"] */
  hosts?: string[];
  /** The journal: all of Alluxio's metadata. */
  journal?: JournalConfig;
}

export interface JournalConfig {
  /** Keep the journal's volumes when the stack is destroyed; the next `up` takes them back. @default false */
  keep?: boolean;
  /** Target hosts: directory of the journal, on a local disk. @default "/opt/alluxio/journal" */
  path?: string;
}

export interface WorkerGroupConfig {
  /**
   * Name of the group; its workers are `<name>-1`, `<name>-2`, ...
   * @allowed lower-case letters, digits and hyphens, from a letter to a letter or digit, at most 30 characters
   * @example "gpu"
   */
  name: string;
  /** How many workers (targets docker and kubernetes). @default 1 */
  count?: number;
  /** Size of each worker's ramdisk: the tmpfs it caches in and the capacity it registers. @example "100GB" */
  ramdisk: SizeString;
  /** Slower tiers below the ramdisk, fastest first. @default none @allowed at most one SSD and one HDD tier */
  tiers?: TierConfig[];
  /** Target hosts: the hosts of this group, one worker each. @example ["blue4", "titan34"] */
  hosts?: string[];
  /** Target hosts: how the hosts of this group are reached, where it differs from `hosts`. */
  ssh?: SshConfig;
}

export interface TierConfig {
  /** Kind of storage. */
  alias: "SSD" | "HDD";
  /** Directory of this tier on the worker's machine. @example "/data/alluxio" */
  path: string;
  /** How much of it Alluxio may use. @example "500GB" */
  quota: SizeString;
}

/** Exactly one of `volume`, `path` and `uri`. */
export interface UnderStorageConfig {
  /** Target docker: a Docker volume of the cluster's own. */
  volume?: UnderStorageVolumeConfig;
  /** A directory that every machine of the cluster sees under this same path (NFS, or one machine). @example "/nfs/data" */
  path?: string;
  /** Any under storage Alluxio knows. @example "s3://bucket/prefix" */
  uri?: string;
  /**
   * Credentials for `uri`: Alluxio option → name of the Pulumi config key that holds the secret. The values never
   * stand in the spec.
   * @default none
   * @example { "s3a.accessKeyId": "ufsAccessKey", "s3a.secretKey": "ufsSecretKey" }
   */
  credentials?: Record<string, string>;
  /** Further options of the under storage, not secret. @default none @example { "alluxio.underfs.s3.region": "eu-west-1" } */
  options?: Record<string, string>;
}

export interface UnderStorageVolumeConfig {
  /** Keep the volume when the stack is destroyed; the next `up` takes it back. @default false */
  keep?: boolean;
}

export interface FuseMountConfig {
  /**
   * Name of the mount.
   * @allowed lower-case letters, digits and hyphens, from a letter to a letter or digit, at most 30 characters
   * @example "data"
   */
  name: string;
  /**
   * The folder on each machine. Absolute; not `/`, not inside another mount point, not in a directory of the system.
   * @default target docker: "/mnt/alluxio/<cluster>-<id>/<name>", which no other cluster shares; else "/mnt/alluxio/<name>"
   * @example "/mnt/fuse2"
   */
  mountPoint?: string;
  /** What appears there; made in Alluxio if it does not exist. @default "/" @example "/datasets" */
  alluxioPath?: string;
  /**
   * The machines that mount it: those of these worker groups or workers. On target docker there is one machine, and
   * the first worker named is the one whose ramdisk the mount reads directly (short circuit).
   * @default every worker
   * @example ["gpu"]
   */
  workers?: string[];
  /**
   * `immutable`: files never change once written, so the kernel may keep their pages and attributes (fastest).
   * `changing`: files are rewritten, so every open looks again (correct, slower).
   * @default "changing"
   */
  contents?: Contents;
  /**
   * libfuse options instead of those that `contents` implies, except `allow_other`, which stays.
   * @default chosen by `contents`
   * @example ["ro", "max_idle_threads=64"]
   */
  options?: string[];
  /** Read from the ramdisk of this machine's worker without the network. @default true */
  shortCircuit?: boolean;
}

export type Contents = "immutable" | "changing";

export interface DataSetConfig {
  /** Name of the data set. @allowed lower-case letters, digits and hyphens, from a letter to a letter or digit, at most 30 characters */
  name: string;
  /** Its Alluxio path; made if it does not exist. @default "/datasets/<name>" */
  path?: string;
  /** Target hosts and kubernetes: under storage that is mounted at `path`. @default none: part of the root under storage */
  source?: string;
}

export interface ProxyConfig {
  /** Start the proxy. @default false */
  enabled?: boolean;
}

/** JVM heaps, each at least 64MB. Direct memory comes on top where a process uses it. */
export interface HeapsConfig {
  /** Of each master. @default "512MB" */
  master?: SizeString;
  /** Of each job master. @default "256MB" */
  jobMaster?: SizeString;
  /** Of each worker; its ramdisk is not part of it. @default "512MB" */
  worker?: SizeString;
  /** Of each job worker. @default "256MB" */
  jobWorker?: SizeString;
  /** Of the proxy. @default "256MB" */
  proxy?: SizeString;
  /** Of each process that serves a mount. @default "512MB" */
  fuse?: SizeString;
}

/** Ports of the processes (Alluxio's defaults) and the one that target docker publishes on this machine. */
export interface PortsConfig {
  /** Target docker: the loopback port of the first master's web server and REST API; the others take the following ones. @default one that Docker picks */
  published?: number;
  /** `alluxio.master.rpc.port`. @default 19998 */
  masterRpc?: number;
  /** `alluxio.master.web.port`. @default 19999 */
  masterWeb?: number;
  /** `alluxio.master.embedded.journal.port`. @default 19200 */
  journal?: number;
  /** `alluxio.job.master.rpc.port`. @default 20001 */
  jobMasterRpc?: number;
  /** `alluxio.job.master.web.port`. @default 20002 */
  jobMasterWeb?: number;
  /** `alluxio.job.master.embedded.journal.port`. @default 20003 */
  jobMasterJournal?: number;
  /** `alluxio.worker.rpc.port`. @default 29999 */
  workerRpc?: number;
  /** `alluxio.worker.web.port`. @default 30000 */
  workerWeb?: number;
  /** `alluxio.job.worker.rpc.port`. @default 30001 */
  jobWorkerRpc?: number;
  /** `alluxio.job.worker.data.port`. @default 30002 */
  jobWorkerData?: number;
  /** `alluxio.job.worker.web.port`. @default 30003 */
  jobWorkerWeb?: number;
  /** `alluxio.proxy.web.port`. @default 39999 */
  proxyWeb?: number;
  /** `alluxio.fuse.web.port`. @default 49999 */
  fuseWeb?: number;
}

/** A running cluster is changed step by step, each step when all before it are healthy. */
export interface RolloutConfig {
  /** How many of the workers may be changed at the same time: percent of all of them, rounded down, but at least one. @default 25 @allowed 1 to 100 @example 10 */
  workersPercent?: number;
}

export interface DockerConfig {
  /** The Docker daemon. @default what the docker command line uses (DOCKER_HOST, else the local socket) @example "unix:///run/docker.sock" */
  host?: string;
}

/**
 * How a host is reached over SSH. What is not set at a host (`hosts.addresses`) is taken from its worker group, then from
 * `hosts`, then from `~/.ssh/config`. Of `key`, `agent` and `credentials` the narrowest place that sets any decides alone.
 */
export interface SshConfig {
  /** SSH user. @default that of ~/.ssh/config, else "root" @example "alluxio" */
  user?: string;
  /** SSH port. @default that of ~/.ssh/config, else 22 @example 2222 */
  port?: number;
  /**
   * File of the private key on this machine.
   * @default the agent's keys, then the files of ~/.ssh/config, or id_ed25519, id_ecdsa and id_rsa in ~/.ssh
   * @allowed an absolute path, or one that starts with `~/`
   * @example "~/.ssh/alluxio"
   */
  key?: string;
  /** Whether to ask the SSH agent (SSH_AUTH_SOCK). @default only where neither `key` nor `credentials.privateKey` is set */
  agent?: boolean;
  /**
   * Secrets: `privateKey` (the key itself, instead of the file), `passphrase` (of the key) → name of the Pulumi config
   * key that holds it. The values never stand in the spec.
   * @default none
   * @example { "passphrase": "sshPassphrase" }
   */
  credentials?: Record<string, string>;
  /**
   * The host to connect through, by its name: one of the cluster, of `hosts.bastions`, or of ~/.ssh/config. `none`
   * means directly. A host that is itself the bastion of its group or of all is reached directly.
   * @default ProxyJump of ~/.ssh/config, else none
   * @example "jump"
   */
  bastion?: string;
}

/**
 * How the hosts are reached over SSH, what is special about single ones, and how Alluxio is installed on them. What the
 * spec leaves open about SSH is taken from ~/.ssh/config. Passwords are not used.
 */
export interface HostsConfig extends SshConfig {
  /**
   * Configuration of the SSH client on this machine, of which HostName, User, Port, IdentityFile, IdentitiesOnly,
   * IdentityAgent, ProxyJump and Include are read, in Host blocks and in `Match all`, `host` and `originalhost`.
   * @default "~/.ssh/config"
   * @allowed an absolute path, one that starts with `~/`, or `none`
   */
  sshConfig?: string;
  /** How long to wait for a host. */
  timeouts?: SshTimeoutsConfig;
  /** Commands that run at once on one host, over its one connection. sshd allows ten (MaxSessions). @default 8 @allowed 1 to 100 */
  sessions?: number;
  /** What is special about single hosts: the address where the name does not resolve, the pinned host key. @default none */
  addresses?: Record<string, HostConfig>;
  /** Machines outside of the cluster that `bastion`, or ProxyJump of ~/.ssh/config, names. @default none */
  bastions?: Record<string, BastionConfig>;
  /**
   * Hosts that have left the spec and never come back: what stood on one that does not answer is forgotten. Where it
   * answers after all, it is given back as any other.
   * @default none
   * @example ["blue4"]
   */
  gone?: string[];
  /**
   * Directory that everything is installed in: each release of Alluxio beside the others, configuration, logs, working files.
   * @default "/opt/alluxio"
   * @example "/srv/alluxio"
   */
  prefix?: string;
  /**
   * The release of Alluxio, a tarball with its SHA-256.
   * @default the official one of `version`, where its SHA-256 is known: 2.8.0, 2.8.1, 2.9.1 to 2.9.5
   */
  release?: ReleaseConfig;
  /** The Java that runs Alluxio: 8 or 11. @default the one that each host has */
  java?: JavaConfig;
  /** Whom the processes run as. */
  service?: ServiceConfig;
  /** Version of libfuse on the hosts. @default 3 @allowed 2, 3 */
  libfuse?: number;
}

/** Exactly one of `url` and `file`, and `sha256`. */
export interface ReleaseConfig {
  /** Where each host loads it from. @example "https://downloads.alluxio.io/downloads/files/2.9.4/alluxio-2.9.4-bin.tar.gz" */
  url?: string;
  /** File on this machine, which is copied to each host. @allowed an absolute path, or one that starts with `~/` @example "~/alluxio-2.9.6-bin.tar.gz" */
  file?: string;
  /** Its SHA-256: 64 hex digits in lower case, as sha256sum prints them. */
  sha256?: string;
}

/** Exactly one of `home`, `url` and `file`; an archive with `sha256`. */
export interface JavaConfig {
  /** Directory of a Java that each host has. @example "/usr/lib/jvm/java-11-openjdk-amd64" */
  home?: string;
  /** Where each host loads a tarball from, which is unpacked below `prefix`. @example "https://example.org/OpenJDK11U-jre_x64_linux.tar.gz" */
  url?: string;
  /** File on this machine, which is copied to each host and unpacked there. @allowed an absolute path, or one that starts with `~/` @example "~/jre-11.tar.gz" */
  file?: string;
  /** SHA-256 of the archive: 64 hex digits in lower case, as sha256sum prints them. */
  sha256?: string;
}

/** The user that the processes run as, made where a host does not have it; to Alluxio it is the superuser. */
export interface ServiceConfig {
  /** Its name; not root. @default "alluxio" @example "alluxio" */
  user?: string;
  /** Its group; not root. @default the name of the user @example "research" */
  group?: string;
  /** Its number. Where the under storage is a directory, all hosts need the same one. @default one that each host picks @allowed 1 to 4294967294 @example 1000 */
  uid?: number;
  /** The number of its group. @default one that each host picks @allowed 1 to 4294967294 @example 1000 */
  gid?: number;
}

/** In seconds, from 1 to 600. */
export interface SshTimeoutsConfig {
  /** Until the connection stands and the host has let us in. @default 15 */
  connect?: number;
  /** Between two signs of life of a connection; after three without an answer the host counts as frozen. @default 10 */
  keepAlive?: number;
}

export interface HostConfig extends SshConfig {
  /** Host name or IP address to connect to. @default HostName of ~/.ssh/config, else the host's name */
  address?: string;
  /**
   * The host's public keys, each a line of known_hosts without the name: any of them is accepted, nothing else is.
   * `alluxioctl trust` shows and writes them.
   * @default none: a host without is not connected to
   * @example "ssh-ed25519 AAAA..."
   */
  hostKey?: string;
}

/** User, key and agent are those of `hosts` where neither this nor ~/.ssh/config says otherwise. */
export interface BastionConfig extends SshConfig {
  /** Host name or IP address to connect to. @default HostName of ~/.ssh/config, else the bastion's name */
  address?: string;
  /** Its public keys, as those of a host. @default none: a bastion without is not connected to @example "ssh-ed25519 AAAA..." */
  hostKey?: string;
}

export interface KubernetesConfig {
  /** Context of the kubeconfig. @default the current one */
  context?: string;
  /** Namespace, made if it does not exist. @default the cluster's name */
  namespace?: string;
  /** Storage class of the journals' volumes. @default the cluster's default */
  storageClass?: string;
}
