import { join } from "node:path";
import { createReadStream } from "node:fs";
import type { ClusterConfig } from "../../../components/spec/config";
import { parseSpec } from "../../../components/spec/parse";
import { planCluster } from "../../../components/plan/planCluster";
import { planHosts } from "../../../components/plan/hosts/planHosts";
import type { HostPlan, HostsPlan } from "../../../components/plan/hosts/types";
import { shellQuoted } from "../../../components/plan/shellQuote";
import { foundOn } from "../../../test/support/found";
import { hostsSpec, SHARED_FOLDER } from "../../../test/support/hostsSpec";
import { Machines } from "../../../test/support/machines";
import type { Bench } from "../../benchmark";
import { unitFilesOf } from "../../peers/ansible-inventory";
import type { ParallelScripts } from "../../peers/parallel-ssh";
import { must, type Finished } from "../process";
import { STACK } from "../spec";
import { endStateOf } from "./endState";
import { parseSessions, type Sessions } from "./sessions";

const MASTER = "bare-m";
const WORKERS = ["bare-w1", "bare-w2", "bare-w3", "bare-w4"] as const;
const RAMDISK = "64MB";
const MEMORY_MIB = 2048;

/** Five bare machines, and the cluster that is brought up on them: a master, four workers, a FUSE mount on each worker. */
export class BareMachines {
  readonly plan: HostsPlan;
  private bare: readonly string[][] = [];

  private constructor(
    readonly machines: Machines,
    readonly config: ClusterConfig,
    /** The release's tarball on this machine. */
    readonly archive: string,
  ) {
    const parsed = parseSpec(config, { stack: STACK });
    if (parsed.problems) throw new Error(JSON.stringify(parsed.problems));
    this.plan = planHosts(parsed.spec, planCluster(parsed.spec));
  }

  /** @param image what they boot @default the image of set-up */
  static async start(bench: Bench, image?: string): Promise<BareMachines> {
    bench.tell("boots five machines");
    const machines = await Machines.start({
      names: [MASTER, ...WORKERS],
      memoryMiB: MEMORY_MIB,
      sharedFolder: SHARED_FOLDER,
      ...(image === undefined ? {} : { image }),
    });
    bench.cleanup(() => machines.remove());
    const config = await hostsSpec(machines, {
      name: "bench",
      masters: { hosts: [MASTER] },
      workers: [{ name: "worker", ramdisk: RAMDISK, hosts: [...WORKERS] }],
      mounts: [{ name: "data", contents: "immutable" }],
    });
    const release = config.hosts!.release as { file: string };
    const fleet = new BareMachines(machines, config, release.file);
    for (const machine of machines.all) {
      // Who writes there first is the file server's business.
      await machine.exec('chmod 1777 "$1"', SHARED_FOLDER);
      await machine.exec(COUNT_SESSIONS);
    }
    machines.keys.write("known_hosts", machines.knownHosts());
    fleet.bare = await fleet.found();
    return fleet;
  }

  get names(): readonly string[] {
    return this.machines.all.map(({ name }) => name);
  }

  get master(): string {
    return MASTER;
  }

  get workers(): readonly string[] {
    return WORKERS;
  }

  get knownHostsFile(): string {
    return join(this.machines.keys.folder, "known_hosts");
  }

  planOf(host: string): HostPlan {
    return this.plan.hosts.find((one) => one.host === host)!;
  }

  /** By OpenSSH's client of this machine, as root by sudo; a connection of its own. @param input file that it reads */
  ssh(host: string, script: string, input?: string): Promise<Finished> {
    return this.sshAs(host, `sudo -n bash -c ${shellQuoted(script)}`, input);
  }

  /** `ssh <host> <command>`, as the ordinary user. */
  sshAs(host: string, command: string, input?: string): Promise<Finished> {
    const { address, user } = this.machines.get(host);
    const settings = {
      BatchMode: "yes",
      GlobalKnownHostsFile: "/dev/null",
      IdentityFile: this.machines.keys.file,
      StrictHostKeyChecking: "yes",
      UserKnownHostsFile: this.knownHostsFile,
    };
    const args = Object.entries(settings).flatMap(([option, value]) => ["-o", `${option}=${value}`]);
    const options = input === undefined ? {} : { source: createReadStream(input) };
    return must("ssh", ["-F", "none", ...args, `${user}@${address}`, command], options);
  }

  /** One script a host, at once. */
  async together(scripts: ParallelScripts, input?: string): Promise<void> {
    await Promise.all(Object.entries(scripts).map(([host, script]) => this.ssh(host, script, input)));
  }

  /** What runs and stands on the machines; the same text for the same state, whoever has brought it about. */
  endState(): Promise<string> {
    return endStateOf(this.machines.all.map((machine) => [machine, this.planOf(machine.name)] as const));
  }

  /** What sshd of all machines has written since the last call. */
  async sessions(): Promise<Sessions> {
    const logs = await Promise.all(this.machines.all.map((machine) => machine.exec(LOGGED)));
    return parseSessions(logs);
  }

  /** Takes off the machines what a peer has brought there, and sees that they are bare again. */
  async wipe(): Promise<void> {
    await Promise.all(this.machines.all.map((machine) => machine.exec(wipeScript(this.planOf(machine.name)))));
    await this.mustBeBare();
  }

  /** @throws where anything is left of a cluster; what Alluxio has written to the under storage is removed first */
  async mustBeBare(): Promise<void> {
    await this.machines.get(MASTER).exec('find "$1" -mindepth 1 -delete', SHARED_FOLDER);
    const found = await this.found();
    const left = found.flatMap((lines, i) =>
      difference(this.bare[i]!, lines).map((line) => `${this.names[i]!}: ${line}`),
    );
    if (left.length > 0) throw new Error(`the machines are not as bare as before:\n${left.slice(0, 20).join("\n")}`);
  }

  private found(): Promise<string[][]> {
    return Promise.all(this.machines.all.map(foundOn));
  }
}

/** So that sshd writes each command to the journal. */
const COUNT_SESSIONS = `
grep -q '^Include' /etc/ssh/sshd_config && echo 'LogLevel VERBOSE' >/etc/ssh/sshd_config.d/bench.conf && systemctl reload ssh
mkdir -p /var/tmp/bench
`;

const LOGGED = `
journalctl --sync
journalctl -q -o short-unix -t sshd --cursor-file=/var/tmp/bench/cursor
`;

function difference(before: readonly string[], after: readonly string[]): string[] {
  const [was, is] = [new Set(before), new Set(after)];
  return [
    ...before.filter((line) => !is.has(line)).map((line) => `- ${line}`),
    ...after.filter((line) => !was.has(line)).map((line) => `+ ${line}`),
  ];
}

function wipeScript(host: HostPlan): string {
  const quoted = (values: readonly string[]): string => values.map(shellQuoted).join(" ");
  const { release, user, lines, ramdisk, mounts, services } = host;
  const units = [...mounts.map(({ service }) => service.unit), ...[...services].reverse().map(({ unit }) => unit)];
  return [
    `systemctl disable --quiet --now ${quoted([...units, ...(ramdisk ? [ramdisk.unit] : [])])}`,
    ...unitFilesOf(host).map(({ path }) => `rm -f ${shellQuoted(path)}`),
    `systemctl daemon-reload`,
    `systemctl reset-failed`,
    `rm -rf ${shellQuoted(release.prefix)}`,
    ...mounts.map(({ mountPoint: { path } }) => `rmdir -p ${shellQuoted(path)} 2>/dev/null || true`),
    ...(ramdisk ? [`rmdir ${shellQuoted(ramdisk.mountPoint)}`] : []),
    `userdel ${shellQuoted(user.name)}`,
    `getent group ${shellQuoted(user.group)} >/dev/null && groupdel ${shellQuoted(user.group)}`,
    ...lines.map(
      ({ path, line }) =>
        `grep -v -x -F ${shellQuoted(line)} ${shellQuoted(path)} >/var/tmp/rest; cat /var/tmp/rest >${shellQuoted(path)}`,
    ),
    "true",
  ].join("\n");
}
