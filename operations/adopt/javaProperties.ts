const ESCAPED: Readonly<Record<string, string>> = { t: "\t", n: "\n", r: "\r", f: "\f" };

/**
 * A file as java.util.Properties reads it: comments, lines that go on after a backslash, `=`, `:` or blanks between name and
 * value, and all escapes. What comes later holds.
 */
export function parseJavaProperties(text: string): Record<string, string> {
  const found = new Map<string, string>();
  for (const line of logicalLines(text)) {
    const [, name = "", value = ""] = /^((?:\\.|[^\\\s=:])*)[ \t\f]*(?:[=:][ \t\f]*)?(.*)$/s.exec(line) ?? [];
    // Alluxio cuts white space off a value.
    if (name !== "") found.set(unescape(name), unescape(value).trim());
  }
  return Object.fromEntries(found);
}

function logicalLines(text: string): string[] {
  const lines: string[] = [];
  let open: string | undefined;
  for (const natural of text.split(/\r\n|\r|\n/)) {
    const line = natural.replace(/^[ \t\f]+/, "");
    if (open === undefined && (line === "" || /^[#!]/.test(line))) continue;
    const whole: string = (open ?? "") + line;
    const goesOn = /(?<!\\)(?:\\\\)*\\$/.test(whole);
    open = goesOn ? whole.slice(0, -1) : undefined;
    if (open === undefined) lines.push(whole);
  }
  return open === undefined ? lines : [...lines, open];
}

const unescape = (text: string): string =>
  text.replace(/\\(?:u([0-9A-Fa-f]{4})|(.))/gs, (_, code: string | undefined, other: string | undefined) =>
    code === undefined ? (ESCAPED[other ?? ""] ?? other ?? "") : String.fromCharCode(parseInt(code, 16)),
  );
