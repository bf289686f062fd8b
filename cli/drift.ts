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
    .option(
      "--no-plan",
      "on hosts, many times as fast: not what the spec has otherwise by now, nor what up would refuse",
    )
    .addHelpText("after", "\nExit codes: 0 no drift, 1 drift, 2 could not look everywhere.")
    .action(async ({ stack, json = false, plan }: { stack: string; json?: boolean; plan: boolean }) => {
      const { showDrift } = createRequire(__filename)("./showDrift") as typeof import("./showDrift");
      end(await showDrift({ stack, json, plan }, terminal));
    });
};
