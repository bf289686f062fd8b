import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SshTarget } from "../../../components/plan/ssh/target";
import { SshTransport, type RunOptions } from "../../../provider/transports/ssh";
import { SshError } from "../../../provider/transports/sshErrors";
import { KEY, targetOf, type SshEndpoint } from "./endpoint";
import { Proxy } from "./proxy";

/** How long a host needs to notice that nobody is there any more; a slow machine needs more than a quick one. */
export const SECONDS = 5;

export const COMMAND_LINES = 'for one in /proc/[0-9]*/cmdline; do tr "\\0" " " <"$one"; echo; done 2>/dev/null';
export const ENVIRONMENTS = COMMAND_LINES.replace("cmdline", "environ");

/** A machine with an SSH server, for the tests of one file: made before all of them, with a new network before each. */
export class SshWorld {
  endpoint!: SshEndpoint;
  proxy!: Proxy;
  /** Goes through the proxy, which a test may cut or freeze. */
  ssh!: SshTransport;
  /** A folder there for the test's files. */
  folder!: string;
  /** A folder of this machine. */
  readonly here = mkdtempSync(join(tmpdir(), "ssh-contract-"));
  /** Looks at the machine from the side. */
  private aside!: SshTransport;

  constructor(start: () => Promise<SshEndpoint>) {
    beforeAll(async () => {
      this.endpoint = await start();
      process.stdout.write(`SSH server: ${this.endpoint.server}\n`);
      this.aside = this.transport({ limits: { connectSeconds: 15, keepAliveSeconds: 10, sessions: 8 } });
      this.folder = (await this.out("umask 077; mktemp -d")).trim();
    });
    beforeEach(async () => {
      this.proxy = await Proxy.to(this.endpoint.address, this.endpoint.port);
      this.ssh = this.through();
    });
    afterEach(async () => {
      await this.ssh.close();
      await this.proxy.stop();
    });
    afterAll(async () => {
      await this.out('rm -rf -- "$1"', { args: [this.folder] });
      await this.aside.close();
      await this.endpoint.stop();
      rmSync(this.here, { recursive: true });
    });
  }

  transport(more: Partial<SshTarget> = {}): SshTransport {
    return new SshTransport([targetOf(this.endpoint, more)], { [KEY]: this.endpoint.privateKey });
  }

  /** By the network that a test may cut or freeze. */
  through(more: Partial<SshTarget> = {}): SshTransport {
    return this.transport({ port: this.proxy.port, address: "127.0.0.1", ...more });
  }

  /** Output of a script that must succeed. */
  async out(script: string, options: RunOptions = {}, by = this.aside): Promise<string> {
    const { code, stdout, stderr } = await by.run("h1", script, options);
    if (code !== 0) throw new Error(`exit code ${code}: ${stderr}`);
    return stdout;
  }

  /** Number of processes there that are this command. */
  async running(command: string): Promise<number> {
    return (await this.out(COMMAND_LINES)).split("\n").filter((line) => line.trim() === command).length;
  }
}

/** The error of something that must fail. */
export const faultOf = (promise: Promise<unknown>): Promise<SshError> =>
  promise.then(
    (value) => Promise.reject(new Error(`it did not fail, and gave ${JSON.stringify(value)}`)),
    (error: unknown) => (error instanceof SshError ? error : Promise.reject(error as Error)),
  );
