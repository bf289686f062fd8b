/** Bytes that stand for themselves in the name of a unit. */
const PLAIN = /[A-Za-z0-9:_.]/;
const LONGEST = 255;

/**
 * The name of the unit that systemd ties to a path (systemd.unit(5), "String escaping for inclusion in unit names").
 *
 * @param path absolute and normalised
 * @example unitNameOfPath("/mnt/ram-disk", "mount") // "mnt-ram\\x2ddisk.mount"
 */
export function unitNameOfPath(path: string, suffix: "mount"): string {
  const bytes = Array.from(Buffer.from(path.replace(/^\/+|\/+$/g, "")));
  const name = bytes.length === 0 ? "-" : bytes.map(escapeByte).join("");
  const unit = `${name}.${suffix}`;
  if (unit.length > LONGEST) throw new RangeError(`systemd has no unit for ${path}: its name would be too long`);
  return unit;
}

function escapeByte(byte: number, position: number): string {
  const character = String.fromCharCode(byte);
  if (character === "/") return "-";
  const plain = PLAIN.test(character) && !(character === "." && position === 0);
  return plain ? character : `\\x${byte.toString(16).padStart(2, "0")}`;
}
