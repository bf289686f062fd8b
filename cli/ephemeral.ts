import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { InvalidArgumentError, Option } from "commander";
import { isName } from "../components/spec/rules/names";
import { DEFAULT_TTL, parseTtl } from "../operations/ephemeral/duration";
import { UserError } from "../provider/rpc/resource";
import type { AddVerb } from "./terminal";

const DEFAULT_STACK_FILE = "Pulumi.dev.yaml";

/** `alluxioctl ephemeral …`: clusters to use and forget. */
export const addEphemeral: AddVerb = (program, { terminal, end }) => {
  // Loaded by those that need it: the client of Docker, and still more the Automation API, take longer than all the rest.
  const load = createRequire(__filename);
  const acts = () => load("./ephemeralActs") as typeof import("./ephemeralActs");
  const group = program
    .command("ephemeral")
    .helpCommand(false)
    .description("throw-away clusters on this machine's Docker, which end by themselves")
    .addHelpText(
      "after",
      "\nEach of these first removes the throw-away clusters whose time is over, or whose test process is gone.",
    );

  group
    .command("up")
    .description("make one and bring it up")
    .option("-f, --stack-file <file>", "the stack file to take the cluster from", DEFAULT_STACK_FILE)
    .addOption(ttlOption())
    .addOption(nameOption())
    .option("--json", "print what it offers as JSON, for programs")
    .action(async ({ stackFile, ttl, name, json = false }: UpOptions) => {
      const file = fileNamed(stackFile, terminal.project);
      const { up } = load("./ephemeralUp") as typeof import("./ephemeralUp");
      end(await up({ stackFile: file, ttl, name, json }, terminal));
    });
  group
    .command("list")
    .description("those that there are on this Docker")
    .option("--json", "print them as JSON, for programs")
    .action(async ({ json = false }: { json?: boolean }) => end(await acts().list({ json }, terminal)));
  group
    .command("down")
    .description("remove them, with everything in them")
    .argument("[name...]", "which")
    .option("--all", "all that were made in this clone of the project")
    .action(async (names: string[], { all = false }: { all?: boolean }) => {
      if (all === names.length > 0) throw new UserError("name the ephemeral clusters to remove, or say --all");
      end(await acts().down(names, { all }, terminal));
    });
  group
    .command("reap")
    .description("remove those whose time is over, and nothing else")
    .option("--dry-run", "only say what would be removed, and why the others stay")
    .action(async ({ dryRun = false }: { dryRun?: boolean }) => end(await acts().reapAll({ dryRun }, terminal)));
};

interface UpOptions {
  readonly stackFile: string;
  readonly ttl: string;
  readonly name?: string;
  readonly json?: boolean;
}

const ttlOption = (): Option =>
  new Option("--ttl <time>", "how long it lives, from 1m to 24h").default(DEFAULT_TTL).argParser((text: string) => {
    const parsed = parseTtl(text);
    if ("problem" in parsed) throw new InvalidArgumentError(`${parsed.problem}.`);
    return text;
  });

const nameOption = (): Option =>
  new Option("--name <name>", "its name; a random one if not given").argParser((name: string) => {
    if (isName(name)) return name;
    throw new InvalidArgumentError(
      "A name is lower-case letters, digits and hyphens, from a letter to a letter or digit, at most 30 characters.",
    );
  });

/** As the user stands, or in the project. */
function fileNamed(name: string, project: string): string {
  const found = [resolve(name), join(project, name)].find((file) => existsSync(file));
  if (found !== undefined) return found;
  throw new UserError(`there is no stack file ${name}`);
}
