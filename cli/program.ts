import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command, CommanderError } from "commander";
import { UserError } from "../provider/rpc/resource";
import { addAdopt } from "./adopt";
import { addDown } from "./down";
import { addDrift } from "./drift";
import { addEphemeral } from "./ephemeral";
import { addPreflight } from "./preflight";
import { addStatus } from "./status";
import { addSudoers } from "./sudoers";
import { EXIT, type ExitCode, type Terminal } from "./terminal";
import { addTrust } from "./trust";
import { addUp } from "./up";
import { addValidate } from "./validate";

/**
 * Runs `alluxioctl` with these arguments.
 * @returns the exit code; every error has been told by then
 */
export async function run(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  let code: ExitCode = EXIT.fine;
  const program = newProgram(terminal);
  for (const add of [
    addStatus,
    addDrift,
    addValidate,
    addPreflight,
    addUp,
    addDown,
    addAdopt,
    addTrust,
    addSudoers,
    addEphemeral,
  ])
    add(program, { terminal, end: (result) => (code = result) });
  try {
    await program.parseAsync(args, { from: "user" });
    return code;
  } catch (error) {
    // Commander has printed its own message, or the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.fine : EXIT.couldNotLook;
    if (error instanceof UserError) terminal.err(`alluxioctl: ${error.message}\n`);
    else terminal.err(`alluxioctl: this is a mistake of the program itself\n${stackOf(error)}\n`);
    return EXIT.couldNotLook;
  }
}

function newProgram(terminal: Terminal): Command {
  return new Command("alluxioctl")
    .description("Looks after the Alluxio clusters of this project.")
    .version(versionOf(terminal.project), "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand(false)
    .configureOutput({ writeOut: (text) => terminal.out(text), writeErr: (text) => terminal.err(text) })
    .showHelpAfterError("(alluxioctl --help lists what there is)")
    .addHelpText("after", "\nExit codes: 0 all is fine, 1 something is wrong, 2 could not look.")
    .exitOverride();
}

const versionOf = (project: string): string =>
  (JSON.parse(readFileSync(join(project, "package.json"), "utf8")) as { version: string }).version;

const stackOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));
