import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { layout } from "../../scripts/environment.cjs";
import { dockerClient, dockerHost } from "../../scripts/setup/docker-endpoint";
import { holderHere, isStale, type Holder } from "../../scripts/setup/lock";
import { MachineImage } from "../../scripts/setup/machine-image";
import { Progress } from "../../scripts/setup/progress";
import { labelled, removeLabelled } from "./leftovers";
import { Machine } from "./machine";
import { makeNetwork } from "./machineNetwork";
import { lines, must, PROJECT, run, type Finished } from "./process";
import { keyPair, type KeyPair } from "./ssh/keyPair";
import { SshKeys } from "./sshKeys";

export interface MachinesOptions {
  /** Host names. @default machine-1, machine-2, … */
  readonly names?: readonly string[];
  /** How many, where no names are given. @default 1 */
  readonly count?: number;
  /** What each may use, files of its tmpfs included, and no swap. The kernel goes on to tell it of the real machine's. @default no limit */
  readonly memoryMiB?: number;
  /** A folder that all of them have in common, as of a file server: its absolute path there. @default none */
  readonly sharedFolder?: string;
  /** What they boot. @default the image that set-up has built */
  readonly image?: string;
}

const USER = "deploy";
export const RUN_LABEL = "alluxio.test-run";
export const HOLDER_LABEL = "alluxio.test-holder";

/** What systemd needs as process 1 of a container, what FUSE needs in one, and what root may on a machine: see whose a socket is. */
const AS_MACHINE = [
  ...["--cgroupns", "private", "--tmpfs", "/sys/fs/cgroup", "--tmpfs", "/run", "--tmpfs", "/run/lock"],
  ...["--cap-add", "SYS_ADMIN", "--cap-add", "SYS_PTRACE", "--device", "/dev/fuse"],
  ...["--security-opt", "apparmor=unconfined"],
];

/** By no password, and with keys of this run alone. */
const PREPARE_USERS = `
set -e
useradd --create-home --shell /bin/bash "$1"
for user in root "$1"; do
  home=$(getent passwd "$user" | cut -d: -f6)
  install -d -m 700 -o "$user" -g "$user" "$home/.ssh"
  install -m 600 -o "$user" -g "$user" /dev/null "$home/.ssh/authorized_keys"
  printf '%s\\n' "$2" >"$home/.ssh/authorized_keys"
done
`;

/**
 * Bare machines for tests: containers with systemd and sshd in a network of their own, where they know each other by
 * name, and without Alluxio.
 * @example
 * const machines = await Machines.start({ names: ["north", "south"] });
 * try {
 *   const { stdout } = await machines.ssh(machines.get("north"), "sudo -n id -un"); // root
 * } finally {
 *   await machines.remove();
 * }
 */
export class Machines {
  /** Everything of this run bears the label `alluxio.test-run=<id>`. */
  readonly id = randomBytes(4).toString("hex");
  readonly keys = new SshKeys(keysFolder(this.id));
  all: readonly Machine[] = [];
  private readonly network = `machines-${this.id}`;
  private readonly labels = Object.entries({
    "alluxio.test": "e2e",
    [RUN_LABEL]: this.id,
    [HOLDER_LABEL]: JSON.stringify(holderHere()),
  }).flatMap(([name, value]) => ["--label", `${name}=${value}`]);

  private constructor(
    private readonly image: string,
    private readonly options: MachinesOptions,
  ) {}

  /** Boots them side by side; also removes what killed runs have left. */
  static async start(options: MachinesOptions): Promise<Machines> {
    const image = options.image ?? (await machineImage());
    await removeAbandoned();
    const machines = new Machines(image, options);
    try {
      await machines.boot();
      return machines;
    } catch (error) {
      await machines.remove();
      throw error;
    }
  }

  get(name: string): Machine {
    const found = this.all.find((machine) => machine.name === name);
    if (!found) throw new Error(`no machine ${name}; there are ${this.all.map((one) => one.name).join(", ")}`);
    return found;
  }

  /** Lines of known_hosts for these machines, by name and by address. */
  knownHosts(machines = this.all): string {
    return machines.map(({ name, address, hostKey }) => `${name},${address} ${hostKey}\n`).join("");
  }

  /**
   * Runs a command there by OpenSSH's own client, in a container beside the machines: this one need not have it.
   * @param options.user @default the ordinary user
   * @param options.knownHosts all that the client trusts @default every machine's own key
   */
  ssh(
    machine: Machine,
    command: string,
    { user = machine.user, knownHosts = this.knownHosts() } = {},
  ): Promise<Finished> {
    const name = `known_hosts-${randomBytes(4).toString("hex")}`;
    this.keys.write(name, knownHosts);
    const client = ["run", "--rm", "--network", this.network, "--volume", `${this.keys.folder}:/keys:ro`];
    const settings = {
      BatchMode: "yes",
      ConnectTimeout: "10",
      GlobalKnownHostsFile: "/dev/null",
      IdentityFile: "/keys/id_ed25519",
      StrictHostKeyChecking: "yes",
      UserKnownHostsFile: `/keys/${name}`,
    };
    const args = Object.entries(settings).flatMap(([option, value]) => ["-o", `${option}=${value}`]);
    const target = `${user}@${machine.name}`;
    return run("docker", [...client, ...this.labels, this.image, "ssh", ...args, target, "--", command]);
  }

  /** Everything on this Docker that is of this run, as `<kind> <name>`. */
  remains(): Promise<string[]> {
    return labelled(`${RUN_LABEL}=${this.id}`);
  }

  /** Leaves nothing; may be called at any time, and again. */
  async remove(): Promise<void> {
    await removeLabelled(`${RUN_LABEL}=${this.id}`);
    this.keys.remove();
    const left = await this.remains();
    if (left.length > 0) throw new Error(`not removed: ${left.join(", ")}`);
  }

  private async boot(): Promise<void> {
    const {
      count = 1,
      names = Array.from({ length: count }, (_, i) => `machine-${i + 1}`),
      sharedFolder,
    } = this.options;
    const range = await makeNetwork(this.network, this.labels);
    if (sharedFolder !== undefined) await must("docker", "volume", "create", ...this.labels, this.network);
    const hosts = names.map((name, n) => ({ name, address: range.address(n), hostKey: keyPair() }));
    // All of them, for what a failed one has left running would be made after it was removed.
    const booted = await Promise.allSettled(hosts.map((host) => this.bootOne(host, hosts)));
    const failure = booted.find((one) => one.status === "rejected");
    if (failure) throw failure.reason;
    this.all = booted.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  }

  private async bootOne(host: Host, hosts: readonly Host[]): Promise<Machine> {
    const { name, address, hostKey } = host;
    const container = `${this.network}-${name}`;
    const { memoryMiB, sharedFolder } = this.options;
    const place = ["--hostname", name, "--network", this.network, "--network-alias", name, "--ip", address];
    // Docker's name server forgets a machine that is off; the one of a data centre does not.
    const known = hosts.flatMap((other) => ["--add-host", `${other.name}:${other.address}`]);
    const memory = memoryMiB === undefined ? [] : ["--memory", `${memoryMiB}m`, "--memory-swap", `${memoryMiB}m`];
    const shared = sharedFolder === undefined ? [] : ["--volume", `${this.network}:${sharedFolder}`];
    const options = [...AS_MACHINE, ...place, ...known, ...memory, ...shared];
    await must("docker", "create", "--name", container, ...this.labels, ...options, this.image);
    await this.personalise(container, host);
    await must("docker", "start", container);
    const machine = new Machine(name, address, hostKey.public, USER, container);
    await machine.exec(PREPARE_USERS, USER, this.keys.user.public);
    await machine.ready();
    return machine;
  }

  /** Puts in place, before the first boot, what no two machines have in common. */
  private async personalise(container: string, { name, hostKey }: Host): Promise<void> {
    const files: Record<string, readonly [text: string, mode: number]> = {
      "etc/machine-id": [`${randomBytes(16).toString("hex")}\n`, 0o444],
      "etc/ssh/ssh_host_ed25519_key": [hostKey.private, 0o600],
      "etc/ssh/ssh_host_ed25519_key.pub": [`${hostKey.public}\n`, 0o644],
      [`etc/sudoers.d/${USER}`]: [`${USER} ALL=(ALL) NOPASSWD: ALL\n`, 0o440],
    };
    for (const [path, [text, mode]] of Object.entries(files)) this.keys.write(join(name, path), text, mode);
    // Files only: a folder in the archive would give its mode to the one that is there.
    const copy = 'tar -C "$1" --owner=0 --group=0 -c "${@:3}" | docker cp - "$2:/"';
    const folder = join(this.keys.folder, name);
    await must("bash", "-o", "pipefail", "-c", copy, "bash", folder, container, ...Object.keys(files));
  }
}

interface Host {
  readonly name: string;
  readonly address: string;
  readonly hostKey: KeyPair;
}

const keysFolder = (id: string): string => join(tmpdir(), `alluxio-machines-${id}`);

/** The image that set-up has built. */
export async function machineImage(): Promise<string> {
  const context = { places: layout(PROJECT), env: process.env, progress: new Progress() };
  const { tag } = new MachineImage(context, dockerClient(dockerHost(process.env)));
  const { code } = await run("docker", ["image", "inspect", tag]);
  if (code !== 0) throw new Error(`There is no image ${tag} of machines. Run: npm run setup -- --machines`);
  return tag;
}

/** What bears the label of a process of this machine that is no more. Its network is made first and removed last. */
export async function removeAbandoned(): Promise<void> {
  const format = `{{.Label "${RUN_LABEL}"}} {{.Label "${HOLDER_LABEL}"}}`;
  const networks = await must("docker", "network", "ls", "--filter", `label=${HOLDER_LABEL}`, "--format", format);
  for (const line of lines(networks)) {
    const [, id, holder] = /^(\S+) (.*)$/.exec(line) ?? [];
    if (!id || !holder || !isStale(JSON.parse(holder) as Holder, hostname())) continue;
    await removeLabelled(`${RUN_LABEL}=${id}`);
    rmSync(keysFolder(id), { recursive: true, force: true });
  }
}
