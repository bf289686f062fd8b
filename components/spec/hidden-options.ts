import { RELEASED_VERSIONS } from "./versions";

/** An option of an under storage, or with `*` a family of them, and the first version that hides it. */
type HiddenOption = readonly [option: string, since: (typeof RELEASED_VERSIONS)[number]];

const [ALWAYS] = RELEASED_VERSIONS;

/**
 * The options whose value Alluxio shows to nobody: its web pages, its REST API and `alluxio fs mount` print `******`. That
 * is PropertyKey.DisplayType.CREDENTIALS, as read from the classes of 2.9.0, 2.9.4 and 2.9.6; any other option they print.
 */
const HIDDEN_OPTIONS: readonly HiddenOption[] = [
  ["aws.accessKeyId", ALWAYS],
  ["aws.secretKey", ALWAYS],
  ["fs.azure.account.key.*.blob.core.windows.net", ALWAYS],
  ["fs.azure.account.key.*.dfs.core.windows.net", "2.9.4"],
  ["fs.azure.account.oauth2.client.secret", ALWAYS],
  ["fs.cos.access.key", ALWAYS],
  ["fs.cos.secret.key", ALWAYS],
  ["fs.gcs.accessKeyId", ALWAYS],
  ["fs.gcs.secretAccessKey", ALWAYS],
  ["fs.kodo.accesskey", ALWAYS],
  ["fs.kodo.secretkey", ALWAYS],
  ["fs.obs.accessKey", ALWAYS],
  ["fs.obs.secretKey", ALWAYS],
  ["fs.oss.accessKeyId", ALWAYS],
  ["fs.oss.accessKeySecret", ALWAYS],
  ["fs.swift.password", ALWAYS],
  ["fs.swift.tenant", ALWAYS],
  ["fs.swift.user", ALWAYS],
  ["fs.tos.accessKeyId", "2.9.6"],
  ["fs.tos.accessKeySecret", "2.9.6"],
  ["s3a.accessKeyId", ALWAYS],
  ["s3a.secretKey", ALWAYS],
];

/** Those that a version hides, with `*` for any word. */
export function hiddenOptions(version: string): string[] {
  const known = RELEASED_VERSIONS.indexOf(version as (typeof RELEASED_VERSIONS)[number]);
  const at = known < 0 ? RELEASED_VERSIONS.length : known;
  return HIDDEN_OPTIONS.filter(([, since]) => RELEASED_VERSIONS.indexOf(since) <= at).map(([option]) => option);
}

export const isHiddenOption = (option: string, version: string): boolean =>
  hiddenOptions(version).some((hidden) => {
    const [before = "", after] = hidden.split("*");
    if (after === undefined) return option === hidden;
    const word = option.slice(before.length, option.length - after.length);
    return option.startsWith(before) && option.endsWith(after) && /^\w+$/.test(word);
  });
