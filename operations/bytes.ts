const UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"] as const;

/**
 * A number of bytes as people read it, base 1024.
 * @example formatBytes(67_378_864) // "64.3 MiB"
 */
export function formatBytes(bytes: number): string {
  const exponent = bytes < 1 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), UNITS.length - 1);
  return `${Number((bytes / 1024 ** exponent).toFixed(1))} ${UNITS[exponent]!}`;
}
