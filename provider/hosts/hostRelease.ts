import { releaseFolder, type ReleaseAccess, type ReleaseSight } from "../resources/hosts/release";
import {
  ARCHIVE_LOOK_SECONDS,
  isUnpacked,
  parseUnpacked,
  REMOVE_UNPACKED,
  unpack,
  UNPACK_SECONDS,
  unpackedFunctions,
  type ArchiveKind,
} from "./archive";
import type { Hosts } from "./hosts";
import { LEDGER } from "./ledger";

const RELEASE: ArchiveKind = {
  entry: "release",
  shared: ["conf", "logs"],
  proof: `[ -d bin ] || die "the tarball is none of Alluxio: it has no bin in its folder"`,
};
const FUNCTIONS = `${LEDGER}${unpackedFunctions(RELEASE)}`;

/** Cluster id, folder of the release, link. */
const OBSERVE = `${FUNCTIONS}
printf 'link %s\\n' "$(readlink -- "$2")"
show_unpacked "$1"
exit 0
`;

/** Cluster id, folder of the release, link, SHA-256. Prints whether the tarball is needed. */
const PREPARE = `${FUNCTIONS}
folder=$1 link=$2 sha256=$3
refuse_stranger "$folder"
if [ -d "$link" ] && [ ! -L "$link" ]; then refuse "$link is a folder, where the link to the release should be: choose another link"; fi
prepare_unpacked "$folder" "$sha256"
`;

/** Cluster id, folder of the release, link. */
const SWITCH = `${LEDGER}
[ "$(readlink -- "$2")" != "$1" ] || exit 0
make_parents "$(dirname -- "$2")" && note file "$2" && ln -sfn -- "$1" "$2.new" && mv -f -T -- "$2.new" "$2"
`;

/** Cluster id, prefix, link. */
const REMOVE = `${LEDGER}${REMOVE_UNPACKED}
prefix=$1
restore_file "$2" || exit
for kept in "$ledger"/release-????????????????; do
  [ -e "$kept/path" ] || continue
  folder=$(cat "$kept/path")
  case $folder in "$prefix"/alluxio-*/*) continue ;; "$prefix"/alluxio-*) ;; *) continue ;; esac
  remove_unpacked release "$folder" || exit
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
      return parseRelease(
        await hosts.look(inputs.host, { script: OBSERVE, args, what, seconds: ARCHIVE_LOOK_SECONDS }),
      );
    },
    async install(inputs, progress) {
      const { host, clusterId, prefix, link, sha256, version } = inputs;
      const folder = releaseFolder(inputs);
      const archive = `${prefix}/.alluxio-${version}-${clusterId}.tar.gz`;
      const prepare = { script: PREPARE, args: [clusterId, folder, link, sha256], what: `the release ${folder}` };
      const prepared = await hosts.act(host, { ...prepare, seconds: ARCHIVE_LOOK_SECONDS });
      if (!isUnpacked(prepared)) await unpack(hosts, RELEASE, inputs, { folder, archive }, progress);
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

export const parseRelease = (text: string): ReleaseSight => ({
  linked: /^link (.*)$/m.exec(text)?.[1] ?? "",
  ...parseUnpacked(text),
});
