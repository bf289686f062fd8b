import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { UserError } from "../provider/rpc/resource";
import { bringUp } from "../scripts/bring-up";
import { layout } from "../scripts/environment.cjs";
import { SetupProblem } from "../scripts/setup/problem";
import { EXIT, type ExitCode, type Terminal } from "./terminal";

/** @throws UserError where nothing is set up here, or there is no such file */
export async function up(
  { stack, stackFile }: { readonly stack: string; readonly stackFile?: string },
  terminal: Terminal,
): Promise<ExitCode> {
  const places = layout(terminal.project);
  if (!existsSync(places.pulumi)) throw new UserError("Pulumi is not set up in this project yet: run `npm run setup`");
  const file = stackFile === undefined ? undefined : resolve(stackFile);
  if (file !== undefined && !existsSync(file)) throw new UserError(`there is no file ${file}`);
  try {
    await bringUp(places, stack, (line) => terminal.out(`${line}\n`), file);
    return EXIT.fine;
  } catch (error) {
    if (!(error instanceof SetupProblem)) throw error;
    terminal.err(`alluxioctl: ${error.message}\n`);
    return EXIT.wrong;
  }
}
