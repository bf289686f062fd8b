import { posix } from "node:path";
import type { JavaAccess, JavaInputs } from "../resources/hosts/java";
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

/** Root starts it once: nothing else tells one for another processor, or another C library, or a disk that runs nothing. */
const JAVA: ArchiveKind = {
  entry: "java",
  shared: [],
  proof: `
[ -f bin/java ] && [ -x bin/java ] || die "the archive is no Java: below its one top folder it has no bin/java that can be run"
said=$(timeout -s KILL 60 ./bin/java -version 2>&1) ||
  die "the Java of the archive does not run on this host, a $(uname -m): $(printf %s "$said" | tail -n 3)"
`,
};
const FUNCTIONS = `${LEDGER}${unpackedFunctions(JAVA)}`;

/** Cluster id, home. */
const OBSERVE = `${FUNCTIONS}
show_unpacked "$1"
exit 0
`;

/** Cluster id, home, SHA-256. Prints whether the archive is needed. */
const PREPARE = `${FUNCTIONS}
refuse_stranger "$1"
prepare_unpacked "$1" "$2"
`;

/** Cluster id, home, archive. */
const REMOVE = `${LEDGER}${REMOVE_UNPACKED}
remove_unpacked java "$1" && rm -rf -- "$2"* || exit
remove_parents "$1"
close_ledger
`;

/** Java on hosts. */
export function hostJava(hosts: Hosts): JavaAccess {
  return {
    async observe({ host, clusterId, home }) {
      const look = { script: OBSERVE, args: [clusterId, home], what: `Java ${home}`, seconds: ARCHIVE_LOOK_SECONDS };
      return parseUnpacked(await hosts.look(host, look));
    },
    async install(inputs, progress) {
      const { host, clusterId, home, sha256 } = inputs;
      const prepare = { script: PREPARE, args: [clusterId, home, sha256], what: `Java ${home}` };
      const prepared = await hosts.act(host, { ...prepare, seconds: ARCHIVE_LOOK_SECONDS });
      if (isUnpacked(prepared)) return;
      await unpack(hosts, JAVA, inputs, { folder: home, archive: archiveOf(inputs) }, progress);
    },
    async remove(inputs) {
      const args = [inputs.clusterId, inputs.home, archiveOf(inputs)];
      const what = `the removal of Java ${inputs.home}`;
      await hosts.act(inputs.host, { script: REMOVE, args, what, seconds: UNPACK_SECONDS });
    },
  };
}

const archiveOf = ({ home, clusterId }: JavaInputs): string =>
  posix.join(posix.dirname(home), `.${posix.basename(home)}-${clusterId}.tar.gz`);
