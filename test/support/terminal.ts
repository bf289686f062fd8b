import { run } from "../../cli/program";
import type { Terminal } from "../../cli/terminal";

/** What a verb of `alluxioctl` ended with and printed. */
export interface Told {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a verb in this process, on a terminal without colours. */
export async function told(project: string, act: (terminal: Terminal) => Promise<number>): Promise<Told> {
  let [out, err] = ["", ""];
  const code = await act({ project, out: (text) => (out += text), err: (text) => (err += text), colors: false });
  return { code, out, err };
}

/** `alluxioctl ...args` in this process. @param project the folder where Pulumi.<stack>.yaml lies */
export const alluxioctl = (project: string, ...args: string[]): Promise<Told> =>
  told(project, (terminal) => run(args, terminal));
