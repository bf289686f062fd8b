const HOST_NAME = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$/;
const LONGEST_HOST_NAME = 253;

/** The name of a Pulumi config key, with or without its namespace. */
export const CONFIG_KEY = /^(?:[A-Za-z][\w-]*:)?[A-Za-z][\w.-]*$/;

/** Whether a text can be the name of a host: RFC 1123, and so an IPv4 address too. */
export function isHostName(text: string): boolean {
  return text.length <= LONGEST_HOST_NAME && HOST_NAME.test(text);
}
