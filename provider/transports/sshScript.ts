import { randomBytes } from "node:crypto";
import { UserError } from "../rpc/resource";
import { shellQuoted } from "../../components/plan/shellQuote";

/**
 * All that the host's process list ever shows of a script: everything else travels on standard input. A sudoers file can
 * name the second one exactly.
 */
export const SHELL = "sh -s";
export const ROOT_SHELL = "sudo -n sh -s";

/** What is sent to a shell on a host. */
export interface ShellInput {
  /** Printed on both streams right before the script begins: what stands before it comes from the host's login files. */
  readonly marker: string;
  /** To be sent at once. */
  readonly text: Buffer;
}

/**
 * A script, wrapped so that it ends with the connection, and in time.
 *
 * The wrapper is read as a whole before any of it runs, so that half of it does nothing. It starts the script below
 * `timeout`, which makes a process group of it, and hands it through a pipe first its own text, then as many bytes of the
 * shell's standard input as are announced. From then on that input says nothing but that we are still there: at its end,
 * which is also that of the connection, the group is killed. What a script leaves behind in its group ends with it.
 *
 * Who watches that end is no child of the shell, and lives on for a moment after it: he knows the shell by the time of its
 * birth too (field 22 of its `stat`), so that he never ends another process of that number.
 *
 * @param stdinBytes how many bytes follow after the marker has come, and one line end behind them; none: no input
 * @throws UserError where no shell can be given such a text
 */
export function shellInput(
  script: string,
  args: readonly string[],
  stdinBytes: number | undefined,
  timeoutSeconds: number,
): ShellInput {
  const marker = `alluxio-${randomBytes(12).toString("hex")}-`;
  const program = `unset n p\nset -- ${args.map(shellQuoted).join(" ")}\n${script}\n`;
  if (/\0|\p{Surrogate}/u.test(program)) {
    throw new UserError(
      "a script or an argument for a host has the byte 0, or half a character, in it: no shell can be given that",
    );
  }
  const text = `{
exec 3<&0
job=
over() { [ -z "$job" ] || kill -s KILL -- "-$job" || kill -s KILL "$job"; }
trap 'over; exit 143' TERM
read -r stat <"/proc/$$/stat"
set -- $stat
born=\${22}
gone() { read -r stat <"/proc/$$/stat"; set -- $stat; [ "\${22}" != "$born" ] || kill -s TERM "$$"; }
printf %s ${marker}
printf %s ${marker} >&2
{
printf '%s\\n%s' ${Buffer.byteLength(program)} ${shellQuoted(program)}
${stdinBytes === undefined ? "" : passOn(stdinBytes)}{ cat <&3; gone; } >/dev/null &
} 2>/dev/null | timeout -s KILL ${timeoutSeconds} ${READ_PROGRAM} 3<&- &
job=$!
# Bash tells of a killed job with the text of it.
exec 2>/dev/null
wait "$job"
code=$?
over
exit "$code"
}
`;
  return { marker, text: Buffer.from(text) };
}

/** Byte by byte, so that nothing is taken of what stands behind. */
const READ_PROGRAM = `sh -c 'read -r n; p=$(dd bs=1 count="$n" 2>/dev/null; echo .); eval "\${p%.}"'`;

/**
 * A pipe that ends too early would look to the script like the end of its input: where the line end behind the bytes does
 * not come, the script is killed before the pipe is closed. `head` fails where the script has stopped to read.
 */
const passOn = (bytes: number): string => `head -c ${bytes} <&3 && { read -r _ <&3 || { gone; exec sleep 5; }; }\n`;
