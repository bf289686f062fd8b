import { join } from "node:path";
import type { ClusterConfig } from "../../components/spec/config";
import { addressOf, hostsSpec, SHARED_FOLDER } from "./hostsSpec";
import type { Machine } from "./machine";
import { Machines } from "./machines";
import { PROJECT, run, until, type Finished } from "./process";
import { refusedIn } from "./refusals";
import { TestStack } from "./testStack";

const ALLUXIO = "/opt/alluxio/current/bin/alluxio";
export const MASTER = "alluxio-dev-master.service";
export const JOURNAL = "/opt/alluxio/journal";
const FILE_MIB = 40;
const NAMES = ["north", "south", "east"];
const START_SECONDS = 120;

/** A cluster on hosts with something to lose: one master, on north, and a worker on each of the others. */
export class LosingCluster {
  readonly stack = new TestStack("dev", () => undefined, { plain: true });
  machines!: Machines;
  /** As it was built; what a test has changed is undone by it. */
  asBuilt!: ClusterConfig;

  async build(cluster: Parameters<typeof hostsSpec>[1]): Promise<void> {
    this.machines = await Machines.start({ names: NAMES, memoryMiB: 2048, sharedFolder: SHARED_FOLDER });
    await this.on("north").exec('chmod 1777 "$1"', SHARED_FOLDER);
    await this.stack.init();
    this.asBuilt = await hostsSpec(this.machines, cluster);
    this.restore();
    await this.mustComeUp();
  }

  async remove(): Promise<void> {
    await this.stack.remove();
    await (this.machines as Machines | undefined)?.remove();
  }

  on(name: string): Machine {
    return this.machines.get(name);
  }

  /** The spec as it was built. */
  restore(): void {
    this.stack.write(structuredClone(this.asBuilt));
  }

  /** Another spec from now on. */
  settle(change: (config: ClusterConfig) => void): void {
    change(this.asBuilt);
    this.restore();
  }

  addresses(...names: string[]): Record<string, ReturnType<typeof addressOf>> {
    return Object.fromEntries(names.map((name) => [name, addressOf(this.machines, name)]));
  }

  /** @returns what it said */
  async mustComeUp(...options: string[]): Promise<string> {
    const { code, output } = await this.stack.up(...options);
    expect([code, code === 0 ? "" : output]).toEqual([0, ""]);
    return output;
  }

  /** The state is gone, and the machines are as they are. */
  async forgetState(): Promise<void> {
    const exported = JSON.parse(await this.state()) as { deployment: { resources?: unknown[] } };
    exported.deployment.resources = [];
    await this.putState(JSON.stringify(exported));
  }

  async state(): Promise<string> {
    return (await this.stack.pulumi("stack", "export")).stdout;
  }

  async putState(text: string): Promise<void> {
    const { code, output } = await this.stack.importState(text);
    if (code !== 0) throw new Error(output);
  }

  alluxioctl(...args: string[]): Promise<Finished> {
    const program = join(PROJECT, "node_modules/.bin/alluxioctl");
    return run(program, [...args, "--stack", this.stack.name], { env: this.stack.env, cwd: PROJECT });
  }

  /** A command of Alluxio, as its service user. */
  alluxio(name: string, command: string): Promise<string> {
    return this.on(name).exec(`runuser -u alluxio -- ${ALLUXIO} ${command}`);
  }

  /** A file that one worker caches, and that is nowhere else. @returns its digest */
  async cacheOnly(name: string, path: string): Promise<string> {
    await this.on(name).exec(
      `head -c ${FILE_MIB * 1024 ** 2} /dev/urandom >/tmp/alone && chmod 644 /tmp/alone
      runuser -u alluxio -- ${ALLUXIO} fs -Dalluxio.user.file.writetype.default=MUST_CACHE copyFromLocal /tmp/alone "$1"`,
      path,
    );
    return this.on(name).exec("sha256sum </tmp/alone");
  }

  digestOf(name: string, path: string): Promise<string> {
    return this.on(name).exec(`runuser -u alluxio -- ${ALLUXIO} fs cat "$1" | sha256sum`, path);
  }

  /** Which processes run since when, what the ramdisks hold, and the files of the journals. */
  async untouched(): Promise<string[]> {
    const look = `systemctl show -p Id -p ExecMainStartTimestampMonotonic 'alluxio-dev-*.service' | sort
      find ${JOURNAL} -type f -name 'log_*' -printf '%p %i\\n' 2>/dev/null | sort
      find /mnt/ramdisk -type f -exec sha256sum {} + | sort
      df -m --output=size,target | grep /mnt/ramdisk`;
    return Promise.all(this.machines.all.map((machine) => machine.exec(`${look}; true`)));
  }

  /** @returns the lines that a refused run asks for; nothing has changed by it */
  async refused(...options: string[]): Promise<{ readonly asked: string[]; readonly output: string }> {
    const before = await this.untouched();
    const { code, output } = await this.stack.up(...options);
    expect([code === 0, code === 0 ? output : ""]).toEqual([false, ""]);
    expect(await this.untouched()).toEqual(before);
    return { asked: refusedIn(output).asked, output };
  }

  /** The clock of a machine, for {@link untilSaid}. */
  now(name: string): Promise<string> {
    return this.on(name).exec("date +%s.%6N");
  }

  /** Until the master's unit has said so in its log. */
  untilSaid(name: string, what: string, since: string): Promise<void> {
    const read = `journalctl --sync; journalctl --no-pager -o cat -u ${MASTER} --since "@$1"`;
    return until(`${name} says "${what}"`, START_SECONDS, async () => {
      return (await this.on(name).exec(read, since)).includes(what);
    });
  }

  /** How many masters the leader reaches. */
  async available(name: string): Promise<number> {
    const { stdout } = await this.on(name).tryExec(
      `runuser -u alluxio -- timeout 60 ${ALLUXIO} fsadmin journal quorum info -domain MASTER`,
    );
    return stdout.match(/^AVAILABLE/gm)?.length ?? 0;
  }
}
