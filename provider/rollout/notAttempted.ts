/**
 * Which processes a rolling change leaves alone when one of them does not become healthy. The program hears of no
 * resource that fails, and ends with it; so the error of the resource itself says what it stopped. A provider lives for one
 * run.
 */
export class NotAttempted {
  private steps: readonly (readonly string[])[] = [];
  private atStake: ReadonlySet<string> = new Set();
  private names: ReadonlyMap<string, string> = new Map();

  /** @param ids name of a process → id of what it runs in */
  begin(steps: readonly (readonly string[])[], atStake: readonly string[], ids: ReadonlyMap<string, string>): void {
    this.steps = steps;
    this.atStake = new Set(atStake);
    this.names = new Map([...ids].map(([name, id]) => [id, name]));
  }

  /** To stand behind the error of what has this id; empty where nothing waited for it. */
  after(id: string): string {
    const name = this.names.get(id);
    const failed = this.steps.findIndex((step) => name !== undefined && step.includes(name));
    if (failed < 0) return "";
    const left = this.steps.slice(failed + 1).flatMap((step) => step.filter((one) => this.atStake.has(one)));
    return left.length === 0 ? "" : notAttempted(left);
  }
}

export const notAttempted = (processes: readonly string[]): string =>
  `Not attempted: ${processes.join(", ")}. Correct the spec, or undo the change, and run \`pulumi up\` again`;
