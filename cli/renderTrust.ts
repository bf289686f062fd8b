import pc from "picocolors";
import { fieldOf, type Pins } from "../operations/trust/machines";
import type { Found } from "../operations/trust/look";
import type { KeyState } from "../operations/trust/verdict";
import { shownAs, type PublicKey } from "../provider/transports/sshPublicKey";

const WORDS: Readonly<Record<KeyState, string>> = {
  same: "same",
  new: "new",
  changed: "CHANGED",
  other: "not pinned",
};
const PINNED = "pinned";
const WIDTH = Math.max(...[...Object.values(WORDS), PINNED].map(({ length }) => length));
/** Of the bits, so that fingerprints stand below each other. */
const BITS_WIDTH = 5;

/** A machine and its keys, each as `ssh-keygen -lf` prints it. */
export function renderFound({ machine, verdict, error }: Found, { colors }: { readonly colors: boolean }): string {
  const { bold, red, green, yellow, dim } = pc.createColors(colors);
  const { host, address, port } = machine.target;
  const through = machine.way.length > 0 ? ` through ${machine.way.join(", ")}` : "";
  const head = `\n${bold(host)} ${dim(`${address}:${port}${through}`)}`;
  if (verdict === undefined) return `${head}\n  ${red(error ?? "could not be asked")}\n`;
  const paint = { same: green, new: yellow, changed: red, other: dim };
  const row = (word: string, key: PublicKey, color: (text: string) => string): string =>
    `  ${color(word.padEnd(WIDTH))} ${" ".repeat(Math.max(0, BITS_WIDTH - String(key.bits ?? "").length))}${shownAs(key)}`;
  const gone = verdict.state === "changed" ? verdict.gone : [];
  return [
    head,
    ...verdict.shown.map((key) => row(WORDS[key.state], key, paint[key.state])),
    ...gone.map((key) => row(PINNED, key, dim)),
    "",
  ].join("\n");
}

/** The same for programs. */
export function jsonOf({
  stack,
  file,
  found,
  pinned,
}: {
  readonly stack: string;
  readonly file: string;
  readonly found: readonly Found[];
  readonly pinned: Pins;
}): string {
  const machines = found.map(({ machine, verdict, error }) => ({
    host: machine.target.host,
    address: machine.target.address,
    port: machine.target.port,
    through: machine.way,
    field: fieldOf(machine),
    state: verdict?.state ?? "unreachable",
    /** Whether this run has written what it shows. */
    written: pinned.has(machine.target.host),
    ...(error === undefined ? {} : { error }),
    keys: verdict?.shown ?? [],
    gone: verdict?.gone ?? [],
  }));
  return `${JSON.stringify({ stack, file, machines }, null, 2)}\n`;
}
