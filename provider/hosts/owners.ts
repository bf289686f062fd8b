/** Of a probe: `owner <user> <its number> <group> <its number> <mode>`; nothing where there is nothing, or no answer. */
export const SHOW_OWNER = `
show_owner() { timeout -s KILL 5 stat -c 'owner %U %u %G %g %a' -- "$1" 2>/dev/null; }
`;

export interface Owned {
  readonly owner: string;
  readonly group: string;
  /** Octal. @example "0750" */
  readonly mode: string;
}

/** Who owns it; by name or by number and with as many digits as it is declared, so that only a difference shows. */
export function parseOwner(text: string, declared: Owned): Owned | undefined {
  const [, user, uid, group, gid, mode] = /^owner (\S+) (\d+) (\S+) (\d+) ([0-7]+)$/m.exec(text) ?? [];
  if (user === undefined || uid === undefined || group === undefined || gid === undefined || mode === undefined)
    return undefined;
  return {
    owner: declared.owner === uid ? uid : user,
    group: declared.group === gid ? gid : group,
    mode: parseInt(mode, 8) === parseInt(declared.mode, 8) ? declared.mode : mode.padStart(4, "0"),
  };
}
