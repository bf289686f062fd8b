import { createInterface } from "node:readline/promises";

/** Asks the person at the terminal. @returns what was typed; nothing where the input ends */
export type Ask = (question: string) => Promise<string>;

/** @returns undefined where nobody can be asked */
export function askHere(): Ask | undefined {
  if (!process.stdin.isTTY) return undefined;
  return async (question) => {
    const questions = createInterface({ input: process.stdin, output: process.stderr });
    const ended = new Promise<string>((done) => questions.once("close", () => done("")));
    // Readline would take Ctrl-C for the end of the input.
    questions.once("SIGINT", () => process.kill(process.pid, "SIGINT"));
    try {
      return (await Promise.race([questions.question(question).catch(() => ""), ended])).trim();
    } finally {
      questions.close();
    }
  };
}
