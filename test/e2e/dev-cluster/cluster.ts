import { processesOf } from "../../support/cluster";
import { must } from "../../support/process";
import { TestStack } from "../../support/testStack";

export const MIB = 1024 ** 2;
/** By name, with their capacity in bytes. */
export const WORKERS = { "small-1": 256 * MIB, "large-1": 512 * MIB };

export const docker = (...args: string[]): Promise<string> => must("docker", ...args);

/** The cluster of Pulumi.dev.yaml, as `npm start` brings it up. */
export class DevCluster {
  readonly stack = new TestStack("dev");
  clusterId = "";
  network = "";
  mounts: Readonly<Record<string, string>> = {};

  async start(): Promise<void> {
    const started = await this.stack.npmStart();
    if (started.code !== 0) throw new Error(started.output);
    const outputs = await this.stack.outputs();
    ({ clusterId: this.clusterId, network: this.network, mountPoints: this.mounts } = outputs);
    expect(started.output).toContain(this.mounts["data"]);
    expect(started.output).toContain(outputs.webAddress);
  }

  /** Of the container that runs a process. */
  async nameOf(process: string): Promise<string> {
    return (await processesOf(this.clusterId)).get(process)!.name;
  }
}
