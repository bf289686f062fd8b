import { randomBytes } from "node:crypto";
import type { TokenSight } from "../../../components/plan/hosts/checks/underStorage";
import type { ClusterDemands } from "../../../components/plan/hosts/demands";
import { orInstead } from "../../rpc/resource";
import { Slots } from "../../transports/slots";
import type { Hosts } from "../hosts";

/** A file server may tell of a new file a moment later. */
const LOOKS = 5;
const ANSWER_SECONDS = 5;
const READERS_AT_ONCE = 64;
/** Where so many cannot write, none can. */
const MOST_WRITERS = 5;
/** Each try of each user, and a second between two looks. */
const SECONDS = LOOKS * (3 * ANSWER_SECONDS + 1);

/**
 * `somebody SCRIPT ARGUMENT...`: runs it as the service user, by his name or his number, else as root: a file server may trust
 * either of them, or only one.
 */
const SOMEBODY = `
user=$1 uid=$2 gid=$3 file=$4
shift 4
soon() { timeout -s KILL ${ANSWER_SECONDS} "$@" 2>/dev/null; }
somebody() {
  if getent passwd "$user" >/dev/null; then soon runuser -u "$user" -- sh -c "$@" && return; fi
  if [ -n "$uid" ]; then soon setpriv --reuid "$uid" --regid "\${gid:-$uid}" --clear-groups sh -c "$@" && return; fi
  soon sh -c "$@"
}
`;

/** User, number, group, file, token. Never through a link that somebody else has put there. */
const WRITE = `${SOMEBODY}
! somebody 'rm -f -- "$1" && umask 022 && set -C && printf %s "$2" >"$1"' sh "$file" "$1" || echo written
exit 0
`;

/** User, number, group, file. */
const READ = `${SOMEBODY}
left=${LOOKS}
while [ "$left" -gt 0 ]; do
  found=$(somebody '[ -f "$1" ] && head -c 100 -- "$1"' sh "$file") && [ -n "$found" ] && break
  left=$((left - 1))
  sleep 1
done
printf 'token %s\\n' "$found"
exit 0
`;

const REMOVE = `${SOMEBODY}
somebody 'rm -f -- "$1"' sh "$file"
exit 0
`;

/** The file that proves that hosts have the same directory; it lies there for as long as the others look for it. */
export const tokenFile = (underStorage: string, clusterId: string): string =>
  `${underStorage}/.alluxio-pulumi-${clusterId}`;

/**
 * One host writes a token into the root under storage, the others look for it, and it is removed again.
 *
 * @param writers tried one after the other, until one can write
 * @param readers all of these have to see it
 * @throws UserError where a host is lost while it looks
 */
export async function proveRoot(
  hosts: Hosts,
  { common: { underStorage, user } }: ClusterDemands,
  clusterId: string,
  { writers, readers }: { readonly writers: readonly string[]; readonly readers: readonly string[] },
): Promise<TokenSight> {
  if (underStorage === undefined) return { shown: {} };
  const token = randomBytes(16).toString("hex");
  const args = [user.name, String(user.uid ?? ""), String(user.gid ?? ""), tokenFile(underStorage, clusterId)];
  const act = (host: string, script: string, ...more: string[]): Promise<string> =>
    hosts.act(host, { script, args: [...args, ...more], what: `the token in ${underStorage}`, seconds: SECONDS });
  for (const writer of writers.slice(0, MOST_WRITERS)) {
    const written = await orInstead(
      () => act(writer, WRITE, token),
      () => "",
    );
    if (!/^written$/m.test(written)) continue;
    try {
      const slots = new Slots(READERS_AT_ONCE);
      const shown = await Promise.all(
        readers
          .filter((host) => host !== writer)
          .map(async (host) => [host, (await slots.use(() => act(host, READ))).includes(`token ${token}\n`)] as const),
      );
      return { writer, shown: Object.fromEntries(shown) };
    } finally {
      await act(writer, REMOVE);
    }
  }
  return { shown: {} };
}
