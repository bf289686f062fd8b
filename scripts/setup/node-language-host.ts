import path from "node:path";
import type { GoProgram } from "./go-build";

/**
 * The program that runs Pulumi programs with Node. It speaks a protocol that did not change between its version and the
 * CLI's; newer ones are not published as a Go module. Differences are listed in docs/offline.md.
 */
export function nodeLanguageHost(project: string): GoProgram {
  return {
    name: "node-language-host",
    executable: "pulumi-language-nodejs",
    module: path.join(project, "offline", "node-language-host"),
    package: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
    version: "3.68.0",
  };
}
