/**
 * A text as one word of a POSIX shell, whatever is in it but the byte 0, which no word can hold.
 * @example shellQuoted("it's") // 'it'\''s'
 */
export const shellQuoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
