import { resolve } from "node:path";
import { formatProblems } from "../components/spec/format-problems";
import { configTooLarge } from "../scripts/stack-file.cjs";
import { parseSource, readSource } from "./stackFile";
import { stackOption } from "./stackOption";
import { EXIT, type AddVerb, type ExitCode, type Terminal } from "./terminal";

interface Options {
  readonly stack: string;
  readonly stackFile?: string;
  readonly json?: boolean;
}

/** `alluxioctl validate`: every mistake in a spec at once, without Pulumi and without a look at any machine. */
export const addValidate: AddVerb = (program, { terminal, end }) => {
  program
    .command("validate")
    .description("check the spec, and show every mistake in it at once; needs neither Pulumi nor Docker")
    .addOption(stackOption())
    .option("-f, --stack-file <file>", "check this file instead of Pulumi.<stack>.yaml")
    .option("--json", "print the mistakes as JSON, for programs")
    .action((options: Options) => end(validate(options, terminal)));
};

function validate({ stack, stackFile, json = false }: Options, terminal: Terminal): ExitCode {
  const source = readSource(terminal.project, stack, stackFile);
  const { problems = [] } = parseSource(source, stack);
  if (json) terminal.out(`${JSON.stringify(problems, null, 2)}\n`);
  else if (problems.length > 0) terminal.err(`${formatProblems(problems, source.where)}\n`);
  else terminal.out(`${formatProblems(problems, source.where)}\n`);
  const named = stackFile === undefined ? undefined : resolve(stackFile);
  const large = configTooLarge(terminal.project, stack, named);
  if (large !== undefined) terminal.err(`alluxioctl: ${large}\n`);
  return problems.length > 0 || large !== undefined ? EXIT.wrong : EXIT.fine;
}
