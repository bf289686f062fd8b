import { spawn, type ChildProcess } from "node:child_process";
import { openSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { must, run, until } from "./process";

/**
 * A Docker daemon of a test's own, beside the machine's: it can be stopped, started and filled up. Needs root, as
 * the machine's daemon does.
 */
export class SecondDocker {
  readonly folder = mkdtempSync(join(tmpdir(), "alluxio-docker-"));
  readonly host = `unix://${join(this.folder, "docker.sock")}`;
  readonly dataRoot = join(this.folder, "data");
  private daemon: ChildProcess | undefined;
  private onTmpfs = false;

  /** @param tmpfsMiB keeps its data in a file system of this size, which can be filled */
  async start({ tmpfsMiB }: { tmpfsMiB?: number } = {}): Promise<void> {
    await must("mkdir", "-p", this.dataRoot);
    if (tmpfsMiB !== undefined && !this.onTmpfs) {
      await must("mount", "-t", "tmpfs", "-o", `size=${tmpfsMiB}m`, "tmpfs", this.dataRoot);
      this.onTmpfs = true;
    }
    const log = openSync(join(this.folder, "dockerd.log"), "a");
    // Its name in containerd keeps it apart from the machine's daemon, and a network namespace of its own: bridges, addresses
    // and firewall rules of two daemons in one would meet.
    const options = [
      ...["--data-root", this.dataRoot, "--exec-root", join(this.folder, "exec")],
      ...["--pidfile", join(this.folder, "dockerd.pid"), "--host", this.host],
      ...[
        "--containerd-namespace",
        `test-${process.pid}`,
        "--containerd-plugins-namespace",
        `test-plugins-${process.pid}`,
      ],
      ...["--default-address-pool", "base=10.213.0.0/16,size=24"],
    ];
    const inNamespace = ["--net", "sh", "-c", 'ip link set lo up && exec dockerd "$@"', "sh", ...options];
    const daemon = spawn("unshare", inNamespace, { stdio: ["ignore", log, log] });
    this.daemon = daemon;
    await until("the second Docker answers", 60, async () => {
      if (daemon.exitCode !== null)
        throw new Error(readFileSync(join(this.folder, "dockerd.log"), "utf8").slice(-3000));
      return (await run("docker", ["--host", this.host, "version"])).code === 0;
    });
  }

  /** Ends the daemon, and with it its containers. */
  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    const { daemon } = this;
    if (!daemon || daemon.exitCode !== null || daemon.signalCode !== null) return;
    const ended = new Promise((done) => daemon.once("exit", done));
    daemon.kill(signal);
    await ended;
  }

  docker(...args: string[]): Promise<string> {
    return must("docker", "--host", this.host, ...args);
  }

  /** Copies an image from the machine's daemon. */
  async load(image: string): Promise<void> {
    await must("sh", "-c", 'docker save "$1" | docker --host "$2" load', "sh", image, this.host);
  }

  async remove(): Promise<void> {
    const containers = await run("docker", ["--host", this.host, "ps", "-aq"]);
    if (containers.stdout.trim() !== "")
      await run("docker", ["--host", this.host, "rm", "-f", ...containers.stdout.trim().split("\n")]);
    const networks = await run("docker", ["--host", this.host, "network", "ls", "-q", "--filter", "type=custom"]);
    for (const id of networks.stdout.trim().split("\n").filter(Boolean))
      await run("docker", ["--host", this.host, "network", "rm", id]);
    await this.stop();
    if (this.onTmpfs) await run("umount", ["-l", this.dataRoot]);
    const mounts = readFileSync("/proc/self/mountinfo", "utf8")
      .split("\n")
      .map((line) => line.split(" ")[4] ?? "")
      .filter((path) => path.startsWith(this.folder));
    for (const path of mounts.reverse()) await run("umount", ["-l", path]);
    rmSync(this.folder, { recursive: true, force: true });
  }
}
