import { ROOT_SHELL } from "../provider/transports/sshScript";

/** One who logs in, and where. */
export interface Sudoer {
  readonly user: string;
  readonly hosts: readonly { readonly name: string; readonly address: string }[];
}

export interface SudoersFile {
  /** Of the cluster: lower-case letters, digits and hyphens. */
  readonly cluster: string;
  /** The command line that prints it again. */
  readonly command: string;
  /** None of them root; none without a way to be written, see {@link sudoersProblem}. */
  readonly sudoers: readonly Sudoer[];
}

/** What sudo starts, as a sudoers file names it: both places of the shell, which most systems have as one. */
const [, , ...SHELL_WORDS] = ROOT_SHELL.split(" ");
const COMMANDS = ["/bin", "/usr/bin"].map((folder) => `${folder}/${SHELL_WORDS.join(" ")}`).join(", ");

/** Where it lies on a host. Sudo passes over files with a dot in their name; that of a cluster has none. */
export const sudoersPath = (cluster: string): string => `/etc/sudoers.d/alluxio-${cluster}`;

/**
 * The sudoers file that lets users run what the provider runs as root, and no other command line.
 *
 * Where all log in by one name, the rule holds on every machine that has the file: what a machine calls itself, which is all
 * that sudo compares, need not be what the spec calls it. Where they differ, one file serves all hosts, by those names.
 */
export function sudoersFile({ cluster, command, sudoers }: SudoersFile): string {
  const path = sudoersPath(cluster);
  const several = sudoers.length > 1;
  const head = [
    `What Alluxio's deployment needs of sudo, for cluster ${cluster}. Printed by`,
    `  ${command}`,
    "Check it before it is put in its place, for sudo refuses everybody while one of its files is broken. As root, on",
    `${sudoers.flatMap(({ hosts }) => hosts.map(({ name }) => name)).join(", ")}:`,
    `  visudo -cf FILE && install -o root -g root -m 0440 FILE ${path}`,
    "",
    `The deployment hands scripts to \`${ROOT_SHELL}\` on their standard input. That is the only command line allowed here, and`,
    "it is no fence: who may run a script as root is root. Guard this login and its keys as you would root's own.",
    "What it needs root for are its units, mounts and users, and the files below /etc and its prefix.",
    "Scripts carry credentials on their input: where sudo records that here (log_input), its records hold them.",
    "!requiretty is for older Red Hat systems, which demand a terminal: a script has none.",
    ...(several
      ? [
          "",
          "Sudo compares the hosts below with what a machine calls itself (hostname), and with its own addresses. For one that",
          "goes by none of these names, `--host` prints a file without names.",
        ]
      : []),
  ];
  const comments = head.map((line) => (line === "" ? "#" : `# ${line}`));
  const rules = sudoers.flatMap(({ user, hosts }, i) => {
    const alias = `ALLUXIO_${cluster.toUpperCase().replaceAll("-", "_")}_${i + 1}`;
    const names = [...new Set(hosts.flatMap(({ name, address }) => [name, ...(isAddress(address) ? [address] : [])]))];
    return [
      "",
      ...(several ? [`Host_Alias ${alias} = ${names.map(hostWord).join(", ")}`] : []),
      `Defaults:${sudoersWord(user)} !requiretty`,
      `${sudoersWord(user)} ${several ? alias : "ALL"} = (root) NOPASSWD: ${COMMANDS}`,
    ];
  });
  return `${[...comments, ...rules].join("\n")}\n`;
}

/** Why a user cannot be named in a sudoers file; undefined where he can. */
export function sudoersProblem(user: string): string | undefined {
  if (user === "") return "it is empty";
  if (/\p{Cc}/u.test(user)) return "it has a control character in it";
  // Sudo takes these for groups, netgroups and numbers, escaped or not.
  if (/^[%+#-]/.test(user)) return `it begins with ${user.charAt(0)}`;
  return undefined;
}

/** What means something else than a name where it stands alone: lines, aliases and `ALL` begin with a capital. */
const RESERVED = /^(?:[A-Z].*|sha(?:224|256|384|512)|sudoedit|list|\d{1,3}(?:\.\d{1,3}){3})$/s;

/**
 * A name as one word of a sudoers file: a backslash takes from a character, and from a word that begins with it, what it means
 * to sudo. So read 1.8.10 and 1.9.5 (`WORD` in plugins/sudoers/toke.l).
 *
 * @example sudoersWord("CORP\\jane doe") // \CORP\\jane\ doe
 */
export function sudoersWord(name: string): string {
  const word = name.replace(/[^\p{L}\p{N}_.-]/gu, (character) => `\\${character}`);
  return RESERVED.test(name) ? `\\${word}` : word;
}

const hostWord = (host: string): string => (isAddress(host) ? host : sudoersWord(host));

/** IPv4 alone: the colons of the other would have to stand for themselves, and older versions read few of its forms. */
const isAddress = (text: string): boolean => /^\d{1,3}(?:\.\d{1,3}){3}$/.test(text);
