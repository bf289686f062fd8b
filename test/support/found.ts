import type { Machine } from "./machine";

/**
 * What is on a machine: files with owners and contents, users, mounts, and what starts at a boot. To compare before with
 * after; what machines keep by themselves (what systemd remembers, the last version of each list of users) is left out.
 */
export const foundOn = async (machine: Machine): Promise<string[]> =>
  (
    await machine.exec(`cd /
      find etc opt mnt srv usr/local var/lib -xdev -path var/lib/systemd -prune -o -printf '%p %y %m %u:%g %l\\n' | sort
      find etc -xdev -type f ! -name '*-' | sort | xargs -d '\\n' sha256sum
      cut -d ' ' -f 5- /proc/self/mountinfo | grep -v '^/run/user/' | sed 's/ master:[0-9]*//; s/ shared:[0-9]*//' | sort
      systemctl list-unit-files --state=enabled --no-legend`)
  ).split("\n");
