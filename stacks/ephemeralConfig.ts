import * as pulumi from "@pulumi/pulumi";
import type { Ephemeral } from "../components/plan/ephemeral";

/** Config key beside `alluxio:cluster` that makes a stack a throw-away one; written by `createCluster`. */
export const EPHEMERAL_KEY = "alluxio:ephemeral";

export interface EphemeralConfig extends Ephemeral {
  /** Stacks whose choice of an image counts for this one, the first that has one. */
  readonly images: readonly string[];
}

/** @returns undefined for an ordinary stack */
export function readEphemeralConfig(): EphemeralConfig | undefined {
  const value = new pulumi.Config("alluxio").getObject<Partial<EphemeralConfig>>("ephemeral");
  if (value === undefined) return undefined;
  const { name, expires, images } = value;
  if (typeof name === "string" && Number.isSafeInteger(expires) && Array.isArray(images))
    return value as EphemeralConfig;
  throw new pulumi.RunError(
    `${EPHEMERAL_KEY} is not for stack files: \`npx alluxioctl ephemeral up --stack-file <file>\` makes a throw-away cluster`,
  );
}
