import { homedir } from "node:os";
import { expandHome } from "../../components/plan/ssh/authentication";
import type { ArchiveSight, FromArchive } from "../resources/hosts/archive";
import { NOT_UNPACKED } from "../resources/hosts/archive";
import type { Progress } from "../rpc/resource";
import type { Hosts } from "./hosts";
import { LEDGER } from "./ledger";

/** Unpacking, and the digests of all that was unpacked, on a slow disk. */
export const UNPACK_SECONDS = 900;
const DOWNLOAD_SECONDS = 3600;
/** Digests of files that were touched since. */
export const ARCHIVE_LOOK_SECONDS = 60;
/** More of them would tell no more. */
const MOST_NAMES = 50;

/** What is unpacked from a tarball, and how it is known. */
export interface ArchiveKind {
  /** Of its entries in the ledger. */
  readonly entry: string;
  /** Folders of it in which others write too: they are unpacked, and not looked at. */
  readonly shared: readonly string[];
  /** Of the shell; it runs where the tarball was unpacked, and `die`s where that is something else. */
  readonly proof: string;
}

/**
 * Functions of the shell for what is unpacked; they need those of the ledger. Its entry there: `digests` has the SHA-256 of
 * each file, `listing` how it lies on the disk, and `sha256`, written last, that of the tarball. A file that lies there as it
 * did has the same contents: one that was written or put in its place since has another time of change, which nobody can set.
 */
export const unpackedFunctions = ({ entry, shared }: ArchiveKind): string => `
walk() { find . ${pruned(shared)}"$@"; }
list() { walk \\( -type f -o -type l \\) -printf '%P\\t%s %T@ %C@ %m %U:%G %y %l\\n' | sort; }
rights() { cut -f 2 | cut -d ' ' -f 4,5; }
digest() { if [ -L "$1" ]; then readlink -- "$1" | sha256sum; else sha256sum <"$1"; fi | cut -d ' ' -f 1; }
# changed_files FOLDER ENTRY: those that are not what was unpacked
changed_files() (
  cd -- "$1" || exit
  list | comm -3 - "$2/listing" | sed 's/^\\t//' | cut -f 1 | uniq | while read -r name; do
    export name
    wanted=$(awk 'substr($0, 67) == ENVIRON["name"] { print substr($0, 1, 64) }' "$2/digests")
    [ -n "$wanted" ] || continue
    if [ -e "$name" ] && [ "$(digest "$name")" = "$wanted" ]; then
      was=$(awk -F '\\t' '$1 == ENVIRON["name"]' "$2/listing" | rights)
      [ "$(stat -c '%a %u:%g' -- "$name")" != "$was" ] || continue
    fi
    printf '%s\\n' "$name"
  done
)

# show_unpacked FOLDER: for a probe
show_unpacked() {
  kept=$(entry ${entry} "$1")
  [ -d "$1" ] && [ -s "$kept/sha256" ] || return 0
  printf 'sha256 %s\\n' "$(cat "$kept/sha256")"
  changed_files "$1" "$kept" | head -n ${MOST_NAMES} | sort -u | sed 's/^/changed /'
}

# refuse_stranger FOLDER
refuse_stranger() {
  if [ -e "$1" ] && ! knows ${entry} "$1"; then
    refuse "$1 is there, and this cluster has not brought it: remove it, or choose another prefix"
  fi
}

# prepare_unpacked FOLDER SHA256: prints whether the tarball is needed
prepare_unpacked() {
  make_parents "$(dirname -- "$1")" || return
  kept=$(entry ${entry} "$1")
  if [ -d "$1" ] && [ "$(cat "$kept/sha256" 2>/dev/null)" = "$2" ] && [ -z "$(changed_files "$1" "$kept")" ]; then
    echo installed
  else
    echo needed
  fi
}
`;

/** `remove_unpacked KIND FOLDER`: only what the ledger names as brought; it needs the functions of the ledger. */
export const REMOVE_UNPACKED = `
remove_unpacked() {
  found_absent "$1" "$2" || return 0
  rm -rf --one-file-system -- "$2" && forget "$1" "$2"
}
`;

const pruned = (shared: readonly string[]): string =>
  shared.length === 0 ? "" : `\\( ${shared.map((name) => `-path ./${name}`).join(" -o ")} \\) -prune -o `;

/** Archive, SHA-256; its address, as curl reads it from a file, on standard input: it may hold a password. */
const DOWNLOAD = `
right() { [ "$(sha256sum <"$1" 2>/dev/null | cut -d ' ' -f 1)" = "$2" ]; }
! right "$1" "$2" || exit 0
command -v curl >/dev/null || { echo "curl is not installed there: install it, or give the archive as a file" >&2; exit 1; }
umask 077
curl --config - --proto =http,https,ftp,ftps --fail --silent --show-error --location --retry 3 --connect-timeout 20 \
  --speed-limit 1000 --speed-time 60 --continue-at - --output "$1" || exit
right "$1" "$2" && exit
found=$(sha256sum <"$1" | cut -d ' ' -f 1)
rm -f -- "$1"
echo "it is not the file that was meant: its SHA-256 is $found, and $2 is expected. It was removed" >&2
exit 1
`;

/** Cluster id, folder, archive, SHA-256. */
const unpackScript = (kind: ArchiveKind): string => `${LEDGER}${unpackedFunctions(kind)}
folder=$1 archive=$2 sha256=$3
new=$archive.unpacking
rm -rf -- "$new"
trap 'rm -rf -- "$new"' EXIT
mkdir -- "$new" && tar -xzf "$archive" -C "$new" --strip-components=1 --no-same-owner || exit
cd -- "$new" || exit
${kind.proof}
note ${kind.entry} "$folder" || exit
kept=$(entry ${kind.entry} "$folder")
{
  walk -type f -printf '%P\\0' | xargs -0 -r sha256sum --
  walk -type l -printf '%P\\n' | while read -r name; do
    printf '%s  %s\\n' "$(digest "$name")" "$name"
  done
} >"$kept/digests.new" || exit
if [ -d "$folder" ]; then
  if [ "$(cat "$kept/sha256" 2>/dev/null)" = "$sha256" ]; then changed_files "$folder" "$kept"; else cut -c 67- "$kept/digests.new"; fi >"$kept/names"
  rm -f -- "$kept/sha256"
  # What processes have open stays open to them; what is theirs stays.
  while read -r name; do
    [ -e "$folder/$name" ] && [ "$(digest "$folder/$name")" = "$(digest "$name")" ] &&
      [ "$(stat -c '%a %u:%g' -- "$folder/$name")" = "$(stat -c '%a %u:%g' -- "$name")" ] && continue
    mkdir -p -- "$(dirname -- "$folder/$name")" && mv -f -T -- "$name" "$folder/$name" || exit
  done <"$kept/names" || exit
  rm -f -- "$kept/names"
  [ ! -e "$kept/digests" ] || cut -c 67- "$kept/digests" | while read -r name; do
    [ -e "$name" ] || cut -c 67- "$kept/digests.new" | grep -q -x -F -e "$name" || rm -f -- "$folder/$name"
  done
else
  mv -T -- "$new" "$folder" || exit
fi
cd -- "$folder" && list >"$kept/listing" && mv -f -- "$kept/digests.new" "$kept/digests" && printf %s "$sha256" >"$kept/sha256" || exit
rm -f -- "$archive"
`;

/** Whether {@link unpackedFunctions}' `prepare_unpacked` has said that nothing is to be brought. */
export const isUnpacked = (prepared: string): boolean => /^installed$/m.test(prepared);

/** Brings a tarball to `archive`, beside the folder, and unpacks it there: what is in it takes its place in one step. */
export async function unpack(
  hosts: Hosts,
  kind: ArchiveKind,
  { host, clusterId, source, sha256 }: FromArchive,
  { folder, archive }: { readonly folder: string; readonly archive: string },
  progress: Progress,
): Promise<void> {
  if ("file" in source) {
    let told = -1;
    const onProgress = (sent: number, total: number): void => {
      const percent = total === 0 ? 100 : Math.floor((sent / total) * 100);
      if (percent !== told) progress.status(`uploads ${source.file} (${percent} %)`);
      told = percent;
    };
    await hosts.ssh.upload(host, expandHome(source.file, homedir()), archive, { sha256, sudo: true, onProgress });
  } else {
    progress.status("downloads it there");
    await hosts.act(host, {
      script: DOWNLOAD,
      args: [archive, sha256],
      stdin: `url = "${source.url.replace(/["\\]/g, "\\$&")}"\n`,
      what: `the download for ${folder}`,
      seconds: DOWNLOAD_SECONDS,
    });
  }
  progress.status("unpacks it");
  await hosts.act(host, {
    script: unpackScript(kind),
    args: [clusterId, folder, archive, sha256],
    what: `the unpacking of ${folder}`,
    seconds: UNPACK_SECONDS,
  });
}

export const parseUnpacked = (text: string): ArchiveSight => ({
  sha256: /^sha256 (\S+)$/m.exec(text)?.[1] ?? NOT_UNPACKED,
  changed: [...text.matchAll(/^changed (.*)$/gm)].map(([, name]) => name!),
});
