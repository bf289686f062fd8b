import path from "node:path";
import type { GoProgram, SourcePatch } from "./go-build";

/**
 * That version puts a proxy between the program and the engine, for synchronous calls that the Node SDK no longer makes.
 * The proxy knows only the calls of its own time; without it a program has those of the engine, such as resource hooks.
 */
const DIRECT_MONITOR: SourcePatch = {
  module: "github.com/pulumi/pulumi/sdk/v3",
  file: "nodejs/cmd/pulumi-language-nodejs/main.go",
  text: 'fmt.Sprintf("127.0.0.1:%d", handle.Port), pipes.directory())',
  by: "req.GetMonitorAddress(), pipes.directory())",
};

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
    patch: DIRECT_MONITOR,
  };
}
