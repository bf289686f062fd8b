/** Where something stands in a spec: field names, list positions and map keys, outermost first. */
export type Segments = readonly (string | number)[];

const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * The path as people write it.
 * @example formatPath(["workers", 0, "ramdisk"]) // workers[0].ramdisk
 * @example formatPath(["properties", "alluxio.user.file.writetype.default"]) // properties["alluxio.user.…"]
 */
export function formatPath(path: Segments): string {
  let text = "";
  for (const segment of path) {
    if (typeof segment === "number") text += `[${segment}]`;
    else if (!IDENTIFIER.test(segment)) text += `[${JSON.stringify(segment)}]`;
    else text += text === "" ? segment : `.${segment}`;
  }
  return text;
}

/** @returns what stands at `path`, or undefined where nothing does. */
export function valueAt(root: unknown, path: Segments): unknown {
  let value = root;
  for (const segment of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, segment)) return undefined;
    value = Reflect.get(value, segment);
  }
  return value;
}

/** Whether `inner` is `outer` or stands within it. */
export function isWithin(inner: Segments, outer: Segments): boolean {
  return outer.every((segment, index) => inner[index] === segment);
}

/**
 * All places that a pattern names and that exist: `[]` stands for every position of a list, `.*` for every key of a map.
 * @example [...select(config, "workers[].tiers[].path")]
 */
export function* select(root: unknown, pattern: string): Iterable<{ path: Segments; value: unknown }> {
  yield* walk(root, pattern.replaceAll("[]", ".[]").split("."), []);
}

function* walk(value: unknown, steps: readonly string[], path: Segments): Iterable<{ path: Segments; value: unknown }> {
  const [step, ...rest] = steps;
  if (value === undefined) return;
  if (step === undefined) yield { path, value };
  else if (step === "[]") {
    if (Array.isArray(value)) for (const [index, item] of value.entries()) yield* walk(item, rest, [...path, index]);
  } else if (typeof value === "object" && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      if (step === "*" || step === key) yield* walk(item, rest, [...path, key]);
    }
  }
}

/** The texts at all places that the patterns name. */
export function* selectText(root: unknown, patterns: readonly string[]): Iterable<{ path: Segments; text: string }> {
  for (const pattern of patterns) {
    for (const { path, value } of select(root, pattern)) if (typeof value === "string") yield { path, text: value };
  }
}
