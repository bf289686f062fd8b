const SECRET_NAME =
  /secret|passw(or)?d|passphrase|credential|token|(access|account|private|shared|api|encryption)[._-]?key|\bsas\b/i;

/** Settings *about* a secret: where its file is, which class reads it, how long it lives. */
const ABOUT_A_SECRET = /(path|file|dir|folder|provider|class|enabled|timeout|interval|lifetime|type|algorithm)$/i;

// Each begins where nothing before it could, and what may be long is bounded: a text of any length takes linear time.
/** `scheme://user:password@`; not `abfs://container@account`, nor an `@` in a path after `host:port/`. */
const USER_INFO = /(?<![a-z0-9+.-])([a-z0-9+.-]+:\/\/)[^\s/@:]{0,4096}:(?!\d+(?:\/|$))[^\s@]{1,4096}@/gi;
const SECRET_QUERY = /([?&;][^=&;?\s]{0,200}(?:secret|passw|token|key|sig)[^=&;?\s]{0,200}=)[^&;\s]+/gi;

export const HIDDEN = "(hidden)";

/**
 * Whether the value under this name is a credential.
 * @example isSecretName("fs.oss.accessKeySecret") // true
 * @example isSecretName("fs.gcs.credential.path") // false: the path of a file
 */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name) && !ABOUT_A_SECRET.test(name);
}

/** Whether a text carries a secret in the way a URI can: `user:password@`, or a query such as `?sig=…`. */
export function hasSecretInUri(text: string): boolean {
  return maskUri(text) !== text;
}

/** The same text without what {@link hasSecretInUri} finds. */
export function maskUri(text: string): string {
  return text.replace(USER_INFO, `$1${HIDDEN}@`).replace(SECRET_QUERY, `$1${HIDDEN}`);
}

/** The same text without the value of any `name=value` whose name means a credential, nor what a URI carries. */
export function maskText(text: string): string {
  if (text.includes("PRIVATE KEY")) return HIDDEN;
  const masked = text.replace(/(?<![\w.-])([\w.-]+)=[^\s,;&]+/g, (all, name: string) =>
    isSecretName(name) ? `${name}=${HIDDEN}` : all,
  );
  return maskUri(masked);
}

/** Whether a text looks like a key or password itself rather than like the name of one. */
export function looksLikeSecret(text: string): boolean {
  const awsKeyId = /^(AKIA|ASIA)[A-Z0-9]{12,}$/.test(text);
  const random = text.length >= 32 && /\d/.test(text) && /[a-z]/.test(text) && /[A-Z]/.test(text);
  return awsKeyId || random || text.includes("PRIVATE KEY");
}
