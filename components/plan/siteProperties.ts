/**
 * alluxio-site.properties, sorted by name, as java.util.Properties reads it back: Latin-1, so that whatever is not ASCII
 * is written as `\uXXXX`; a space at the beginning of a value would be skipped, and a line end begins the next property.
 */
export function renderProperties(properties: Readonly<Record<string, string>>): string {
  return Object.entries(properties)
    .map(([name, value]) => `${name}=${escape(value)}`)
    .sort()
    .join("\n");
}

const escape = (value: string): string =>
  value
    .replaceAll("\\", "\\\\")
    .replace(/^ /, "\\ ")
    .replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
