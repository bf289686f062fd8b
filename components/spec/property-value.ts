/** As java.lang.String.trim() cuts it off, which Alluxio calls on every value. */
const CUT_OFF = /^[\0- ]|[\0- ]$/;
/** What Alluxio takes for the name of another property, whose value it puts there. */
const REFERENCE = /\$\{([^{}]*)\}/g;

/**
 * Why a text would not reach Alluxio as it is, as the value of a property; undefined where it would.
 * @param references whether it may name properties of Alluxio: `${alluxio.home}/data`
 * @example changedByAlluxio("abc\n") // "begins or ends with white space or a line end, which Alluxio cuts off"
 */
export function changedByAlluxio(value: string, { references = false } = {}): string | undefined {
  if (CUT_OFF.test(value)) return "begins or ends with white space or a line end, which Alluxio cuts off";
  const [unknown] = [...value.matchAll(REFERENCE)].filter(([, name]) => !(references && name?.startsWith("alluxio.")));
  if (unknown) return "has ${...} in it, which Alluxio replaces by the property of that name";
  // Half of a character that takes two: no UTF-8 can carry it.
  if (/\p{Surrogate}/u.test(value)) return "has half a character in it, which no file can hold";
  return undefined;
}

/** The same for a value that stands in a spec, as the sentence of a finding. */
export function unfitValue(value: string): string | undefined {
  if (/[\r\n\0]/.test(value)) return "must be one line: a line end would begin another property.";
  const changed = changedByAlluxio(value, { references: true });
  return changed === undefined ? undefined : `${changed}.`;
}
