import * as pulumi from "@pulumi/pulumi";
import { formatPath } from "../components/spec/path";
import { changedByAlluxio } from "../components/spec/property-value";

/** Not among the SDK's types, though it is there. */
const { isConfigSecret } = pulumi.runtime as unknown as { isConfigSecret: (key: string) => boolean };

/**
 * The secrets that a spec names.
 *
 * @param named option of the under storage → config key, in the project's namespace unless it has one
 * @throws pulumi.RunError with every one that is missing, stands in clear, or could not reach Alluxio as it is
 */
export function readCredentials(named: Readonly<Record<string, string>>): pulumi.Output<Record<string, string>> {
  const problems = Object.entries(named).flatMap(([option, key]) => {
    const problem = problemOf(key);
    return problem === undefined ? [] : [`${formatPath(["underStorage", "credentials", option])}: ${problem}`];
  });
  if (problems.length > 0) throw new pulumi.RunError(problems.join("\n"));
  return pulumi.secret(
    Object.fromEntries(Object.entries(named).map(([option, key]) => [option, pulumi.runtime.getConfig(fullKey(key))!])),
  );
}

/** Those of these config keys that hold a secret. */
export const secretsInConfig = (keys: readonly string[]): ReadonlySet<string> =>
  new Set(keys.filter((key) => pulumi.runtime.getConfig(fullKey(key)) !== undefined && isConfigSecret(fullKey(key))));

function problemOf(key: string): string | undefined {
  const value = pulumi.runtime.getConfig(fullKey(key));
  const set = `pulumi config set --secret ${key}`;
  if (value === undefined) return `config has no ${fullKey(key)}: set it with ${set}`;
  if (!isConfigSecret(fullKey(key))) {
    return `the config holds ${fullKey(key)} in clear: set a new one with ${set}, and consider this one known`;
  }
  const unfit = value === "" ? "is empty" : changedByAlluxio(value);
  return unfit === undefined ? undefined : `the secret ${fullKey(key)} ${unfit}: set it anew with ${set}`;
}

const fullKey = (key: string): string => (key.includes(":") ? key : `${pulumi.getProject()}:${key}`);
