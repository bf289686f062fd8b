import type { Places } from "./environment.cjs";
import { Pulumi } from "./pulumi";
import { recover } from "./recovery";

/**
 * Brings a stack up, after what a killed run has left is cleaned up.
 *
 * @param stackFile instead of the stack's own Pulumi.<stack>.yaml
 * @returns the stack's outputs
 */
export async function bringUp(
  places: Places,
  stack: string,
  tell: (line: string) => void,
  stackFile?: string,
): Promise<Record<string, unknown>> {
  const pulumi = new Pulumi(places, stack, stackFile);
  await pulumi.select();
  const refresh = (await recover(pulumi, stack, tell)) ? ["--refresh"] : [];
  await pulumi.show("up", "--yes", "--skip-preview", ...refresh);
  return pulumi.outputs();
}
