import type { ServerChannel } from "ssh2";

export interface Answer {
  readonly stdout: string;
  readonly code: number;
}

/**
 * Takes in what provider/transports/sshScript.ts sends to a shell, announces that the program begins, waits for what it is to
 * read, and answers for it.
 */
export function answerWhenComplete(
  channel: ServerChannel,
  answer: (program: string, stdin: string) => Answer | Promise<Answer>,
  end: (answer: Answer) => void,
): void {
  let bytes = Buffer.alloc(0);
  let sent: Sent | undefined;
  let answered = false;
  channel.on("data", (chunk: Buffer) => {
    bytes = Buffer.concat([bytes, chunk]);
    if (!sent) {
      sent = parseSent(bytes.toString("utf8"));
      if (!sent) return;
      channel.write(sent.marker);
      channel.stderr.write(sent.marker);
    }
    // One line end stands behind what it reads.
    const expected = sent.length + (sent.stdinBytes === undefined ? 0 : sent.stdinBytes + 1);
    if (answered || bytes.length < expected) return;
    answered = true;
    const stdin = bytes.subarray(sent.length, sent.length + (sent.stdinBytes ?? 0)).toString();
    Promise.resolve(answer(sent.program, stdin)).then(end, (error: unknown) =>
      end({ stdout: `simulated host: ${String(error)}\n`, code: 1 }),
    );
  });
}

interface Sent {
  readonly marker: string;
  readonly program: string;
  /** What the shell is given, in bytes. */
  readonly length: number;
  readonly stdinBytes?: number;
}

const END = 'exit "$code"\n}\n';

/** @returns undefined while it is not complete */
export function parseSent(text: string): Sent | undefined {
  const ending = text.indexOf(END);
  if (ending < 0) return undefined;
  const [, marker] = /^printf %s (alluxio-[0-9a-f]+-)$/m.exec(text) ?? [];
  const begin = /^printf '%s\\n%s' \d+ /m.exec(text);
  if (marker === undefined || !begin) throw new Error("not what sshScript.ts sends");
  const { value: program, rest } = unquoted(text.slice(begin.index + begin[0].length));
  const length = Buffer.byteLength(text.slice(0, text.length - rest.length + rest.indexOf(END) + END.length));
  const stdin = /^\nhead -c (\d+) <&3/.exec(rest)?.[1];
  return { marker, program, length, ...(stdin === undefined ? {} : { stdinBytes: Number(stdin) }) };
}

/** The word that `shellQuoted` has made at the beginning of a text, and what stands behind it. */
export function unquoted(text: string): { readonly value: string; readonly rest: string } {
  let value = "";
  let rest = text;
  for (;;) {
    const [all, quoted] = /^'([^']*)'/.exec(rest) ?? [];
    if (all === undefined || quoted === undefined) throw new Error("not what shellQuoted makes");
    value += quoted;
    rest = rest.slice(all.length);
    if (!rest.startsWith("\\'")) return { value, rest };
    value += "'";
    rest = rest.slice(2);
  }
}

/** A program apart: its arguments, and its script. */
export function programOf(program: string): { readonly args: readonly string[]; readonly script: string } {
  let rest = program.replace(/^unset n p\nset -- ?/, "");
  const args: string[] = [];
  while (rest.startsWith("'")) {
    const word = unquoted(rest);
    args.push(word.value);
    rest = word.rest.replace(/^ /, "");
  }
  return { args, script: rest.replace(/^\n/, "") };
}

/** One question of those that `together` in provider/hosts/hosts.ts sends as one script. */
export interface Question {
  readonly body: string;
  readonly args: readonly string[];
}

/** @returns undefined for a script that is none of `together` */
export function questionsIn(
  script: string,
): { readonly marker: string; readonly questions: readonly Question[] } | undefined {
  const marker = /^printf '\\n(answered-[0-9a-f]+) %s\\n' "\$\?"$/m.exec(script)?.[1];
  if (marker === undefined) return undefined;
  const bodies: string[] = [];
  let rest = script;
  for (let n = 0; rest.startsWith(`look_${n}() {\n`); n++) {
    rest = rest.slice(`look_${n}() {\n`.length);
    const next = [`\n}\nlook_${n + 1}() {\n`, "\n}\n( look_0 "].map((end) => rest.indexOf(end)).filter((at) => at >= 0);
    const at = Math.min(...next);
    bodies.push(rest.slice(0, at));
    rest = rest.slice(at + "\n}\n".length);
  }
  const questions: Question[] = [];
  while (rest.startsWith("( look_")) {
    const [all, number] = /^\( look_(\d+) /.exec(rest)!;
    const words = programOf(`unset n p\nset -- ${rest.slice(all.length)}`);
    questions.push({ body: bodies[Number(number)]!, args: words.args });
    rest = words.script.slice(words.script.indexOf('"$?"\n') + '"$?"\n'.length);
  }
  return { marker, questions };
}

/** What `apart` in provider/hosts/hosts.ts takes apart again. */
export const answered = (marker: string, answers: readonly Answer[]): Answer => ({
  stdout: answers.map(({ stdout, code }) => `${stdout}\n${marker} ${code}\n`).join(""),
  code: 0,
});
