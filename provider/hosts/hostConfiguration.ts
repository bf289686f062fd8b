import {
  MISSING,
  type ConfigurationAccess,
  type Observed,
  type OwnedDirectory,
  type OwnedFile,
} from "../resources/hosts/configuration";
import { leftIn } from "./hostRamdisk";
import type { Hosts } from "./hosts";
import { LEDGER } from "./ledger";
import { parseOwner, SHOW_OWNER } from "./owners";

/** `d` or `f` and a path, again and again. Prints an answer for each, in this order. */
const OBSERVE = `${SHOW_OWNER}
while [ "$#" -gt 0 ]; do
  echo next
  if [ "$1" = d ]; then
    [ ! -d "$2" ] || [ -L "$2" ] || show_owner "$2"
  elif [ -f "$2" ] && [ ! -L "$2" ]; then
    show_owner "$2"
    printf 'sha256 %s\\n' "$(sha256sum <"$2" | cut -d ' ' -f 1)"
  fi
  shift 2
done
`;

/**
 * Cluster id, then what is to be done, one after the other: `d PATH OWNER MODE kept|disposable`, `f PATH OWNER MODE BYTES SHA256`, `-f PATH`,
 * `-d PATH kept|disposable`. The contents of the files follow each other on standard input.
 */
const APPLY = `${LEDGER}
while [ "$#" -gt 0 ]; do
  case $1 in
    d)
      [ ! -L "$2" ] || refuse "$2 is a link: name the folder itself"
      make_directory "$2" "$4" "$3" && mark_directory "$2" "$5" || exit
      shift 5 ;;
    f)
      [ ! -d "$2" ] || [ -L "$2" ] || refuse "$2 is a folder, where a file should be: remove it, or choose another path"
      if [ -f "$2" ] && [ ! -L "$2" ] && [ "$(sha256sum <"$2" | cut -d ' ' -f 1)" = "$6" ]; then
        head -c "$5" >/dev/null && note file "$2" && chown -- "$3" "$2" && chmod -- "$4" "$2" || exit
      else
        put_file "$2" "$4" "$3" "$5" || exit
      fi
      shift 6 ;;
    -f)
      restore_file "$2" || exit
      shift 2 ;;
    -d)
      [ "$3" != disposable ] || empty_directory "$2"
      restore_directory "$2" || exit
      shift 3 ;;
    *) die "unknown: $1" ;;
  esac
done
close_ledger
`;

/** Directories and files on hosts. */
export function hostConfiguration(hosts: Hosts): ConfigurationAccess {
  return {
    async observe(inputs) {
      const args = [
        ...Object.keys(inputs.directories).flatMap((path) => ["d", path]),
        ...Object.keys(inputs.files).flatMap((path) => ["f", path]),
      ];
      const text = await hosts.look(inputs.host, { script: OBSERVE, args, what: "the configuration", seconds: 10 });
      return parseConfiguration(text, inputs);
    },
    async apply({ host, clusterId, directories, files, contents }, gone) {
      const sent = Object.keys(files).map((path) => Buffer.from(contents[path] ?? ""));
      const args = [
        ...gone.files.flatMap((path) => ["-f", path]),
        // The inner ones first.
        ...Object.entries(gone.directories)
          .sort(([one], [other]) => other.length - one.length)
          .flatMap(([path, directory]) => ["-d", path, fateOf(directory)]),
        ...Object.entries(directories).flatMap(([path, directory]) => [
          ...["d", path, `${directory.owner}:${directory.group}`],
          ...[directory.mode, fateOf(directory)],
        ]),
        ...Object.entries(files).flatMap(([path, { owner, group, mode, sha256 }], i) => [
          ...["f", path, `${owner}:${group}`, mode],
          ...[String(sent[i]!.length), sha256],
        ]),
      ];
      const act = { script: APPLY, args: [clusterId, ...args], stdin: Buffer.concat(sent), what: "the configuration" };
      return leftIn(await hosts.act(host, act));
    },
  };
}

const fateOf = ({ disposable = false }: OwnedDirectory): string => (disposable ? "disposable" : "kept");

export function parseConfiguration(text: string, { directories, files }: Observed): Observed {
  const [, ...answers] = text.split(/^next$/m);
  const directoryPaths = Object.entries(directories);
  const seenDirectories = directoryPaths.map(([path, declared], i): [string, OwnedDirectory] => {
    const owned = parseOwner(answers[i] ?? "", declared);
    return [path, owned ? { ...declared, ...owned } : { ...declared, mode: MISSING }];
  });
  const seenFiles = Object.entries(files).map(([path, declared], i): [string, OwnedFile] => {
    const answer = answers[directoryPaths.length + i] ?? "";
    const sha256 = /^sha256 ([0-9a-f]{64})$/m.exec(answer)?.[1];
    return [
      path,
      sha256 === undefined
        ? { ...declared, sha256: MISSING }
        : { ...declared, ...parseOwner(answer, declared), sha256 },
    ];
  });
  return { directories: Object.fromEntries(seenDirectories), files: Object.fromEntries(seenFiles) };
}
