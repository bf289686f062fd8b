import { releaseFolder, type ReleaseAccess, type ReleaseInputs, type ReleaseSight } from "../resources/hosts/release";
import type { Progress } from "../rpc/resource";
import type { Hosts } from "./hosts";
import { LEDGER } from "./ledger";

/** Unpacking, and the digests of all that was unpacked, on a slow disk. */
const UNPACK_SECONDS = 900;
const DOWNLOAD_SECONDS = 3600;
/** Digests of files that were touched since. */
const LOOK_SECONDS = 60;
/** More of them would tell no more. */
const MOST_NAMES = 50;

/**
 * The entry of a release in the ledger: `digests` has the SHA-256 of each file, `listing` how it lies on the disk, and `sha256`,
 * written last, that of the tarball. A file that lies there as it did has the same contents: one that was written or put in
 * its place since has another time of change, which nobody can set.
 */
const CHECK = `
list() {
  find . \\( -path ./conf -o -path ./logs \\) -prune -o \\( -type f -o -type l \\) -printf '%P\\t%s %T@ %C@ %m %U:%G %y %l\\n' | sort
}
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
`;

/** Cluster id, folder of the release, link. */
const OBSERVE = `${LEDGER}${CHECK}
printf 'link %s\\n' "$(readlink -- "$2")"
kept=$(entry release "$1")
if [ -d "$1" ] && [ -s "$kept/sha256" ]; then
  printf 'sha256 %s\\n' "$(cat "$kept/sha256")"
  changed_files "$1" "$kept" | head -n ${MOST_NAMES} | sort -u | sed 's/^/changed /'
fi
exit 0
`;

/** Cluster id, prefix, folder of the release, link, SHA-256. Prints whether the tarball is needed. */
const PREPARE = `${LEDGER}${CHECK}
prefix=$1 folder=$2 link=$3 sha256=$4
if [ -e "$folder" ] && ! knows release "$folder"; then
  refuse "$folder is there, and this cluster has not brought it: remove it, or choose another prefix"
fi
if [ -d "$link" ] && [ ! -L "$link" ]; then refuse "$link is a folder, where the link to the release should be: choose another link"; fi
make_parents "$prefix" || exit
kept=$(entry release "$folder")
if [ -d "$folder" ] && [ "$(cat "$kept/sha256" 2>/dev/null)" = "$sha256" ] && [ -z "$(changed_files "$folder" "$kept")" ]; then
  echo installed
else
  echo needed
fi
`;

/** Archive, SHA-256; its address, as curl reads it from a file, on standard input: it may hold a password. */
const DOWNLOAD = `
right() { [ "$(sha256sum <"$1" 2>/dev/null | cut -d ' ' -f 1)" = "$2" ]; }
! right "$1" "$2" || exit 0
command -v curl >/dev/null || { echo "curl is not installed there: install it, or give the release as a file" >&2; exit 1; }
umask 077
curl --config - --proto =http,https,ftp,ftps --fail --silent --show-error --location --retry 3 --connect-timeout 20 \
  --speed-limit 1000 --speed-time 60 --continue-at - --output "$1" || exit
right "$1" "$2" && exit
found=$(sha256sum <"$1" | cut -d ' ' -f 1)
rm -f -- "$1"
echo "it is not the file that was meant: its SHA-256 is $found, and $2 is expected. It was removed" >&2
exit 1
`;

/** Cluster id, folder of the release, archive, SHA-256. */
const UNPACK = `${LEDGER}${CHECK}
folder=$1 archive=$2 sha256=$3
new=$archive.unpacking
rm -rf -- "$new"
trap 'rm -rf -- "$new"' EXIT
mkdir -- "$new" && tar -xzf "$archive" -C "$new" --strip-components=1 --no-same-owner || exit
[ -d "$new/bin" ] || die "the tarball is none of Alluxio: it has no bin in its folder"
note release "$folder" || exit
kept=$(entry release "$folder")
cd -- "$new" || exit
{
  find . \\( -path ./conf -o -path ./logs \\) -prune -o -type f -printf '%P\\0' | xargs -0 -r sha256sum --
  find . \\( -path ./conf -o -path ./logs \\) -prune -o -type l -printf '%P\\n' | while read -r name; do
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

/** Cluster id, folder of the release, link. */
const SWITCH = `${LEDGER}
[ "$(readlink -- "$2")" != "$1" ] || exit 0
make_parents "$(dirname -- "$2")" && note file "$2" && ln -sfn -- "$1" "$2.new" && mv -f -T -- "$2.new" "$2"
`;

/** Cluster id, prefix, link. Only folders that the ledger names as brought. */
const REMOVE = `${LEDGER}
prefix=$1
restore_file "$2" || exit
for kept in "$ledger"/release-????????????????; do
  [ -e "$kept/path" ] || continue
  folder=$(cat "$kept/path")
  case $folder in "$prefix"/alluxio-*/*) continue ;; "$prefix"/alluxio-*) ;; *) continue ;; esac
  [ "$(cat "$kept/found")" = absent ] || continue
  rm -rf --one-file-system -- "$folder" && rm -rf -- "$kept" || exit
done
rm -rf -- "$prefix"/.alluxio-*-"\${ledger##*/}".tar.gz*
remove_parents "$prefix/."
close_ledger
`;

/** Releases of Alluxio on hosts. */
export function hostRelease(hosts: Hosts): ReleaseAccess {
  return {
    async observe(inputs) {
      const args = [inputs.clusterId, releaseFolder(inputs), inputs.link];
      const what = `release ${releaseFolder(inputs)}`;
      return parseRelease(await hosts.look(inputs.host, { script: OBSERVE, args, what, seconds: LOOK_SECONDS }));
    },
    async install(inputs, progress) {
      const { host, clusterId, prefix, link, sha256, version } = inputs;
      const folder = releaseFolder(inputs);
      const archive = `${prefix}/.alluxio-${version}-${clusterId}.tar.gz`;
      const what = `the release ${folder}`;
      const args = [clusterId, prefix, folder, link, sha256];
      const prepared = await hosts.act(host, { script: PREPARE, args, what, seconds: LOOK_SECONDS });
      if (!/^installed$/m.test(prepared)) {
        await bring(hosts, inputs, archive, progress);
        progress.status("unpacks it");
        const unpack = {
          script: UNPACK,
          args: [clusterId, folder, archive, sha256],
          what: `the unpacking of ${folder}`,
        };
        await hosts.act(host, { ...unpack, seconds: UNPACK_SECONDS });
      }
      await hosts.act(host, { script: SWITCH, args: [clusterId, folder, link], what: `the link ${link}` });
    },
    async remove({ host, clusterId, prefix, link }) {
      const args = [clusterId, prefix, link];
      await hosts.act(host, {
        script: REMOVE,
        args,
        what: `the removal of the releases in ${prefix}`,
        seconds: UNPACK_SECONDS,
      });
    },
  };
}

async function bring(hosts: Hosts, inputs: ReleaseInputs, archive: string, progress: Progress): Promise<void> {
  const { host, source, sha256 } = inputs;
  if ("file" in source) {
    let told = -1;
    const onProgress = (sent: number, total: number): void => {
      const percent = total === 0 ? 100 : Math.floor((sent / total) * 100);
      if (percent !== told) progress.status(`uploads ${source.file} (${percent} %)`);
      told = percent;
    };
    await hosts.ssh.upload(host, source.file, archive, { sha256, sudo: true, onProgress });
    return;
  }
  progress.status("downloads it there");
  await hosts.act(host, {
    script: DOWNLOAD,
    args: [archive, sha256],
    stdin: `url = "${source.url.replace(/["\\]/g, "\\$&")}"\n`,
    what: "the download of the release",
    seconds: DOWNLOAD_SECONDS,
  });
}

export function parseRelease(text: string): ReleaseSight {
  return {
    linked: /^link (.*)$/m.exec(text)?.[1] ?? "",
    sha256: /^sha256 (\S+)$/m.exec(text)?.[1] ?? "missing",
    changed: [...text.matchAll(/^changed (.*)$/gm)].map(([, name]) => name!),
  };
}
