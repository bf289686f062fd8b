import { createHash } from "node:crypto";

/**
 * Identity of a stack: where its state is kept, its project and its name. Two clones that both have a stack `dev` keep
 * their states in different places, and so never take each other's volumes.
 */
export function ownerOf(backendUrl: string, organization: string, project: string, stack: string): string {
  return createHash("sha256").update([backendUrl, organization, project, stack].join("\n")).digest("hex").slice(0, 16);
}
