import type { HostPlan } from "../../../components/plan/hosts/types";
import { shellQuoted } from "../../../components/plan/shellQuote";
import type { Machine } from "../../../test/support/machine";

/**
 * What there is of a cluster on its machines: the release, files with their contents, owners and modes, units and whether
 * they start at a boot, processes with their whole command line and what limits them, mounts with their options, and what the
 * master says of its workers. No process ids, no times, and not who has brought it about.
 */
export async function endStateOf(hosts: readonly (readonly [Machine, HostPlan])[]): Promise<string> {
  const parts = await Promise.all(
    hosts.map(async ([machine, plan]) => `== ${machine.name}\n${await machine.exec(probeScript(plan))}`),
  );
  return parts.join("\n");
}

function probeScript({ release, directories, files, user, lines, ramdisk, services, mounts }: HostPlan): string {
  const quoted = (values: readonly string[]): string => values.map(shellQuoted).join(" ");
  const all = [...services, ...mounts.map(({ service }) => service)];
  const units = [...all, ...(ramdisk ? [ramdisk] : [])];
  const points = [...(ramdisk ? [ramdisk.mountPoint] : []), ...mounts.map(({ mountPoint }) => mountPoint.path)];
  const master = services.find(({ role }) => role === "master");
  return `set -u
export LC_ALL=C
getent passwd ${shellQuoted(user.name)} | cut -d : -f 1,6,7
id -Gn ${shellQuoted(user.name)}
${lines.map(({ path, line }) => `grep -c -x -F ${shellQuoted(line)} ${shellQuoted(path)}`).join("\n")}
readlink -f -- ${shellQuoted(release.link.path)}
cd ${shellQuoted(release.directory)} && find . -path ./logs -prune -o -printf '%P %y %m %u:%g %l\\n' | sort | sha256sum
find . -path ./logs -prune -o -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum
stat -c '%n %F %a %U:%G' -- ${quoted(directories.map(({ path }) => path))}
stat -c '%n %F %a %U:%G' -- ${quoted(files.map(({ path }) => path))}
sha256sum -- ${quoted([...files, ...units].map(({ path }) => path))}
systemctl list-unit-files --no-legend --plain 'alluxio-*' 'mnt-*' | sort
for unit in ${quoted(all.map(({ unit }) => unit))}; do
  systemctl show -p Id -p ActiveState -p SubState -p UnitFileState -p MemoryMax -p LimitNOFILE -p User -p FragmentPath -- "$unit"
  tr '\\0' ' ' </proc/$(systemctl show -p MainPID --value -- "$unit")/cmdline; echo
  pids=$(cat /sys/fs/cgroup/systemd/system.slice/$unit/cgroup.procs /sys/fs/cgroup/system.slice/$unit/cgroup.procs 2>/dev/null)
  for pid in $pids; do tr '\\0' ' ' </proc/$pid/cmdline; echo; done | grep java | sort
done
${points.map((path) => `findmnt -n -o SOURCE,FSTYPE,OPTIONS ${shellQuoted(path)} | sed 's/user_id=[0-9]*/user_id=USER/; s/group_id=[0-9]*/group_id=GROUP/; s/uid=[0-9]*/uid=USER/; s/gid=[0-9]*/gid=GROUP/'\nls -A ${shellQuoted(path)} | wc -l`).join("\n")}
${
  master === undefined
    ? ""
    : `curl -s -m 5 http://127.0.0.1:${master.healthPort}/api/v1/master/info | grep -o '"capacityBytes":[0-9]*\\|"host":"[^"]*"\\|"version":"[^"]*"\\|"state":"[^"]*"' | sort`
}
true`;
}
