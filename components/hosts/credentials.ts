import { createHash } from "node:crypto";
import type * as pulumi from "@pulumi/pulumi";
import type { ConfiguredFile } from "../../provider/classes";
import { withSecrets } from "../plan/hosts/configuration";
import type { FilePlan, ServicePlan } from "../plan/hosts/types";
import type { Context } from "./context";

const DIGEST_DIGITS = 16;

/** A file with its content; one that holds credentials stays secret on its whole way to the host. */
export function configuredFile({ args }: Context, file: FilePlan): ConfiguredFile {
  const { owner, group, mode, secrets, content } = file;
  if (secrets === undefined) return { owner, group, mode, content };
  if (!args.credentials) throw new Error(`${file.path} holds credentials, and nobody gave them`);
  return { owner, group, mode, content: args.credentials.apply((values) => withSecrets(file, values)), secret: true };
}

/**
 * Other credentials are another digest for whoever keeps what it once read, or was told. The part before the dash is that of
 * all else.
 */
export function digestWithCredentials(
  { args }: Context,
  { digest, keepsCredentials }: Pick<ServicePlan, "digest" | "keepsCredentials">,
): pulumi.Input<string> {
  if (!keepsCredentials || !args.credentials) return digest;
  return args.credentials.apply((values) => {
    const withThem = createHash("sha256").update(JSON.stringify([digest, Object.entries(values).sort()]));
    return `${digest}-${withThem.digest("hex").slice(0, DIGEST_DIGITS)}`;
  });
}
