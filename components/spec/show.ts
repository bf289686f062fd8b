import type { Segments } from "./path";
import { HIDDEN, isSecretName, maskText } from "./secrets";

const LONGEST = 80;

/**
 * What stands at a place, as JSON on one line, short, and never with a credential: a value under a name that means one
 * is hidden, also deep inside, and so are passwords in URIs and options.
 */
export function show(value: unknown, path: Segments): string {
  const secret = path.some((segment) => typeof segment === "string" && isSecretName(segment));
  const text = (JSON.stringify(secret ? HIDDEN : redact(value)) as string | undefined) ?? "nothing";
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1)}…`;
}

function redact(value: unknown): unknown {
  if (typeof value === "string") return maskText(value);
  if (Array.isArray(value)) return value.map(redact);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, isSecretName(key) ? HIDDEN : redact(item)]),
  );
}
