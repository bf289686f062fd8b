/** Functions of the shell that read the kernel's own list of mounts, and touch none of them. */
export const MOUNTS = `
# mounts_at PATH, as the kernel writes it: type and source of what is mounted there, the lowest first
mounts_at() {
  while read -r _ _ _ _ at rest; do
    [ "$at" = "$1" ] || continue
    rest=\${rest#* - }
    printf '%s\\n' "\${rest% *}"
  done </proc/self/mountinfo
}
`;

/** A path as it stands in /proc/self/mountinfo: blanks and backslashes in octal. */
export const asInMountinfo = (path: string): string =>
  path.replace(/[ \t\n\\]/g, (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, "0")}`);
