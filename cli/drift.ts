import { createRequire } from "node:module";
import { stackOption } from "./stackOption";
import type { AddVerb } from "./terminal";

/** `alluxioctl drift`: what reality has otherwise than the spec that was applied last. Changes nothing. */
export const addDrift: AddVerb = (program, { terminal, end }) => {
  program
    .command("drift")
    .description("what reality has otherwise than the spec that was applied last; changes nothing")
    .addOption(stackOption())
    .option("--json", "print it as JSON, for programs")
    .addHelpText("after", "\nExit codes: 0 no drift, 1 drift, 2 could not look everywhere.")
    .action(async ({ stack, json = false }: { stack: string; json?: boolean }) => {
      const { showDrift } = createRequire(__filename)("./showDrift") as typeof import("./showDrift");
      end(await showDrift({ stack, json }, terminal));
    });
};
