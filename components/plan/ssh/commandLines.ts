import { shellQuoted } from "../shellQuote";

/**
 * The command lines that errors of SSH name, as one types them in the project's folder.
 *
 * @param stack left out where nobody has told it: `alluxioctl` then takes its default
 * @param args hosts that are meant, all where there is none; before them options
 * @example trustCommand("ha", ["blue4"]) // npx alluxioctl trust --stack ha blue4
 */
export const trustCommand = (stack: string | undefined, args: readonly string[]): string =>
  ["npx alluxioctl trust", ...stackOption(stack), ...args.map(word)].join(" ");

/** @example sudoersCommand("ha", "blue4") // npx alluxioctl sudoers --stack ha --host blue4 */
export const sudoersCommand = (stack: string | undefined, host: string | undefined): string =>
  ["npx alluxioctl sudoers", ...stackOption(stack), ...(host === undefined ? [] : ["--host", word(host)])].join(" ");

const stackOption = (stack: string | undefined): string[] => (stack === undefined ? [] : ["--stack", word(stack)]);

const word = (text: string): string => (/^[\w./-]+$/.test(text) ? text : shellQuoted(text));
