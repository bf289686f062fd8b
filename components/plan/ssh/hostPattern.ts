/**
 * Whether a host is meant by patterns of ssh_config(5): `*` stands for any characters, `?` for one, and a pattern behind
 * `!` excludes what it matches, whatever the others say.
 */
export function matchesHost(host: string, patterns: readonly string[]): boolean {
  const positive = patterns.filter((pattern) => !pattern.startsWith("!"));
  const negative = patterns.filter((pattern) => pattern.startsWith("!")).map((pattern) => pattern.slice(1));
  return positive.some((one) => matchesWildcard(host, one)) && !negative.some((one) => matchesWildcard(host, one));
}

/** Linear in the length of the text for each `*`: after a mismatch only the last `*` takes more. */
export function matchesWildcard(text: string, pattern: string): boolean {
  let [at, to, star, mark] = [0, 0, -1, 0];
  while (at < text.length) {
    if (pattern[to] === "*") {
      star = to++;
      mark = at;
    } else if (to < pattern.length && (pattern[to] === "?" || pattern[to] === text[at])) {
      to++;
      at++;
    } else if (star >= 0) {
      to = star + 1;
      at = ++mark;
    } else return false;
  }
  return /^\**$/.test(pattern.slice(to));
}
