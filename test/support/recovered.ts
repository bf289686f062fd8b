import { existsSync } from "node:fs";
import { join } from "node:path";
import { digestOf, writeRandom } from "./cluster";
import type { KillableStack } from "./kills";

const LAST_STEPS = 5;

/** What must be the same after every kill. */
export class Survivors {
  private clusterId: string | undefined;
  private digest: string | undefined;

  constructor(private readonly stack: KillableStack) {}

  private get file(): string {
    return join(this.stack.mountPoint(), "survivor");
  }

  /** Kills a run after a part of its steps, recovers, and proves that nothing is lost, doubled or left over. */
  async kill(verb: "up" | "destroy", part: number): Promise<string> {
    const { stack } = this;
    const steps = await stack.stepsOf(verb);
    // A preview tells a step more than the run has, and one that has all but ended cannot be killed.
    const after = 1 + Math.floor(part * (steps - LAST_STEPS));
    const killed = await stack.killed(verb, after);
    const known = stack.ids.length > 0 ? stack.ids[0] : undefined;

    const up = await stack.up();
    expect([up.code, up.code === 0 ? "" : up.output]).toEqual([0, ""]);
    const again = await stack.pulumi("up", "--yes", "--skip-preview", "--expect-no-changes");
    expect([again.code, again.code === 0 ? "" : again.output]).toEqual([0, ""]);

    expect(stack.ids).toEqual([this.clusterId ?? known ?? stack.ids[0]]);
    this.clusterId = stack.ids[0];
    expect(await stack.observedObjects()).toEqual(await stack.knownObjects());
    if (this.digest === undefined) {
      expect(existsSync(this.file)).toBe(false);
      this.digest = writeRandom(this.file, 4);
    }
    expect(digestOf(this.file)).toBe(this.digest);
    return `${verb} killed after step ${killed} of ${steps}`;
  }
}
