import { createHash } from "node:crypto";
import { posix } from "node:path";
import type { FilePlan, ReleasePlan } from "./types";

/**
 * A digest of what a process reads when it starts: its configuration, whose environment names its Java, and its release. Of
 * secrets it has the names; where their values are known, a digest of those belongs beside it.
 */
export function digestOf(files: readonly FilePlan[], { archive }: Pick<ReleasePlan, "archive">): string {
  const read = files.map(({ path, content, secrets = {} }) => [posix.basename(path), content, Object.entries(secrets)]);
  return createHash("sha256")
    .update(JSON.stringify([archive.sha256, ...read]))
    .digest("hex");
}
