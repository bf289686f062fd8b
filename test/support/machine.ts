import { greets } from "./greets";
import { must, run, until, type Finished } from "./process";

/** Long for a machine that runs nothing yet; one whose services wait for each other takes over a minute at a load of 20. */
const BOOT_SECONDS = 180;
/** What systemd gives a service to end, before Docker takes the power away. */
const SHUTDOWN_SECONDS = 30;
/** Until no process of it is about to start another. */
const FREEZE_SECONDS = 20;

/** A container that behaves as a bare machine does: it boots systemd, and is reached by SSH. */
export class Machine {
  readonly port = 22;

  constructor(
    /** Its host name, which all machines of the run resolve. */
    readonly name: string,
    /** The same through all reboots. */
    readonly address: string,
    /** `ssh-ed25519 AAAA…`: a line of known_hosts without the names before it. */
    readonly hostKey: string,
    /** An ordinary user who may become root by `sudo -n`. */
    readonly user: string,
    /** Its name in Docker. */
    readonly container: string,
  ) {}

  /** Runs a bash script as root, past SSH, to look at the machine or to break it. @returns its standard output */
  async exec(script: string, ...args: string[]): Promise<string> {
    const { code, stdout, output } = await this.tryExec(script, ...args);
    if (code !== 0) throw new Error(`${this.name}: exit code ${code} of: ${script}\n${output}`);
    return stdout.trim();
  }

  /** As `exec`, whatever the exit code. */
  tryExec(script: string, ...args: string[]): Promise<Finished> {
    return run("docker", ["exec", this.container, "bash", "-c", script, "bash", ...args]);
  }

  /** Copies a file or folder of this machine to a path there; it is root's. */
  async put(source: string, target: string): Promise<void> {
    await must("docker", "cp", source, `${this.container}:${target}`);
  }

  /** Until it has booted and lets people in; also where some unit of it has failed. */
  async ready(): Promise<void> {
    await until(`${this.name} has booted`, BOOT_SECONDS, async () => {
      const { stdout } = await this.tryExec("systemctl is-system-running");
      return ["running", "degraded"].includes(stdout.trim());
    });
    await until(`sshd of ${this.name} answers`, BOOT_SECONDS, () => greets(this.port, this.address));
  }

  /** Services are stopped and started again, the disk stays, memory is lost. */
  async reboot(): Promise<void> {
    await must("docker", "restart", "--time", `${SHUTDOWN_SECONDS}`, this.container);
    await this.ready();
  }

  /** Stops all services first. */
  async shutDown(): Promise<void> {
    await must("docker", "stop", "--time", `${SHUTDOWN_SECONDS}`, this.container);
  }

  /** As by pulling the plug. */
  async powerOff(): Promise<void> {
    await must("docker", "kill", this.container);
  }

  async powerOn(): Promise<void> {
    await must("docker", "start", this.container);
    await this.ready();
  }

  /** Connections stay open, and nothing answers any more. */
  async freeze(): Promise<void> {
    // The kernel refuses while a process is about to start another.
    await until(
      `${this.name} is frozen`,
      FREEZE_SECONDS,
      async () => {
        const { code } = await run("docker", ["pause", this.container]);
        return code === 0;
      },
      100,
    );
  }

  async thaw(): Promise<void> {
    await must("docker", "unpause", this.container);
  }
}
