/** A line of `fsadmin journal quorum info`: `AVAILABLE   | 0        | master-1:19200`. */
const MEMBER = /^(AVAILABLE|UNAVAILABLE)\s*\|\s*\d+\s*\|\s*(\S+)\s*$/;

/** @returns the members of a quorum and whether each is available; undefined where the text has none */
export function parseQuorum(text: string): Record<string, boolean> | undefined {
  const members = text.split("\n").flatMap((line): [string, boolean][] => {
    const match = MEMBER.exec(line.trim());
    return match ? [[match[2]!, match[1] === "AVAILABLE"]] : [];
  });
  return members.length === 0 ? undefined : Object.fromEntries(members);
}
