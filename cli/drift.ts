import { createRequire } from "node:module";
import { stackOption } from "./stackOption";
import type { AddVerb } from "./terminal";

interface Given {
  readonly stack: string;
  readonly json?: boolean;
  readonly plan: boolean;
  readonly stackFile?: string;
}

/** `alluxioctl drift`: what reality has otherwise than the spec that was applied last. Changes nothing. */
export const addDrift: AddVerb = (program, { terminal, end }) => {
  program
    .command("drift")
    .description("what reality has otherwise than the spec that was applied last; changes nothing")
    .addOption(stackOption())
    .option("-f, --stack-file <file>", "take the stack's config from this file instead of Pulumi.<stack>.yaml")
    .option("--json", "print it as JSON, for programs")
    .option(
      "--no-plan",
      "on hosts, many times as fast: not what the spec has otherwise by now, nor what up would refuse",
    )
    .addHelpText("after", "\nExit codes: 0 no drift, 1 drift, 2 could not look everywhere.")
    .action(async ({ json = false, ...options }: Given) => {
      const { showDrift } = createRequire(__filename)("./showDrift") as typeof import("./showDrift");
      end(await showDrift({ ...options, json }, terminal));
    });
};
