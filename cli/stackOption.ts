import { InvalidArgumentError, Option } from "commander";

export const DEFAULT_STACK = "dev";

/** `name`, or `organization/project/name` on a backend that has those. */
const STACK = /^(?:[A-Za-z0-9_][A-Za-z0-9._-]*\/){0,2}[A-Za-z0-9_][A-Za-z0-9._-]*$/;

/** `--stack`, the same for every verb. */
export const stackOption = (): Option =>
  new Option("-s, --stack <name>", "the Pulumi stack").default(DEFAULT_STACK).argParser((name: string) => {
    if (STACK.test(name)) return name;
    throw new InvalidArgumentError("It is no name of a stack: letters, digits, hyphens, dots and underscores.");
  });
