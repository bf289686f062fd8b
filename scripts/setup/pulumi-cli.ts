import fs from "node:fs";
import path from "node:path";
import { PULUMI_VERSION } from "../environment.cjs";
import { CacheEntry, hashOf } from "./cache";
import type { PulumiChoice } from "./choices";
import { findExecutable, run } from "./command";
import type { Context, Work } from "./context";
import { build, checkGo, entryOf } from "./go-build";
import type { GoProgram } from "./go-build";
import { linkExecutables, linksAreWhole } from "./links";
import { nodeLanguageHost } from "./node-language-host";
import { isReachable } from "./network";
import { archiveName, downloadRelease, executablesOf, RELEASES } from "./pulumi-release";
import { SetupProblem } from "./problem";

export function pulumiCli(project: string): GoProgram {
  return {
    name: "pulumi-cli",
    executable: "pulumi",
    module: path.join(project, "offline", "pulumi-cli"),
    package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    version: PULUMI_VERSION,
  };
}

/** The CLI and the Node language host: nothing to do, or the work that brings them from the best source there is. */
export async function pulumiWork(context: Context): Promise<Work[]> {
  const { pulumi, languageHost } = context.choices.current;
  // What was compiled here from other sources than today's is compiled again.
  const current = pulumi?.source !== "built" || pulumi.bin === executablesOf(builtEntry(context.places.project)).pulumi;
  if (pulumi && languageHost && current && linksAreWhole(context.places, [pulumi.bin, languageHost.bin])) return [];
  // Chosen before and lost since (a cleared cache): the same source again.
  const source = pulumi?.source;
  const onPath = source === undefined || source === "path" ? await findOnPath(context) : undefined;
  if (onPath) return [linkWork(context, onPath)];
  const archive = archiveName(process.platform, process.arch);
  if (source !== "built" && archive !== undefined && (await isReachable(RELEASES)))
    return [downloadWork(context, archive)];
  await checkGo([pulumiCli(context.places.project), nodeLanguageHost(context.places.project)]);
  const reason = source === "built" ? "as chosen before" : `since ${new URL(RELEASES).host} does not answer`;
  return buildWork(context, reason);
}

interface Executables {
  pulumi: string;
  host: string;
}

/** A CLI of exactly our version on PATH, with its Node language host; npm's launchers (ours, too) do not count. */
async function findOnPath(context: Context): Promise<Executables | undefined> {
  const search = (context.env["PATH"] ?? "")
    .split(path.delimiter)
    .filter((folder) => !folder.includes(`${path.sep}node_modules${path.sep}`))
    .join(path.delimiter);
  const pulumi = findExecutable("pulumi", search, context.places.project);
  const host = findExecutable("pulumi-language-nodejs", search, context.places.project);
  if (!pulumi || !host || isScript(pulumi)) return undefined;
  const env = { ...context.env, PULUMI_SKIP_UPDATE_CHECK: "true", PULUMI_HOME: context.places.pulumiHome };
  const version = await run(pulumi, ["version"], { env, seconds: 20 }).catch(() => "");
  if (version.trim() === `v${PULUMI_VERSION}`) return { pulumi, host };
  context.progress.note(`${pulumi} is ${version.trim() || "broken"}, not v${PULUMI_VERSION}: not used.`);
  return undefined;
}

function isScript(file: string): boolean {
  const start = Buffer.alloc(2);
  const descriptor = fs.openSync(file, "r");
  fs.readSync(descriptor, start, 0, 2, 0);
  fs.closeSync(descriptor);
  return start.toString() === "#!";
}

function choose(context: Context, source: PulumiChoice["source"], found: Executables): void {
  linkExecutables(context.places, [found.pulumi, found.host]);
  context.choices.change((choices) => ({
    ...choices,
    pulumi: { source, bin: found.pulumi },
    languageHost: { source, bin: found.host },
  }));
}

function linkWork(context: Context, found: Executables): Work {
  return {
    name: `Pulumi CLI ${PULUMI_VERSION}`,
    how: `the one on PATH, ${found.pulumi}`,
    seconds: 1,
    run: async () => choose(context, "path", found),
  };
}

function downloadWork(context: Context, archive: string): Work {
  const entry = new CacheEntry(`pulumi-release-${hashOf([], { archive })}`);
  return {
    name: `Pulumi CLI ${PULUMI_VERSION}`,
    how: "the official release, with its Node language host",
    seconds: entry.exists ? 1 : 60,
    run: async () => {
      try {
        await entry.ensure((folder) => downloadRelease(folder, archive), context.progress);
      } catch (error) {
        if (!(error instanceof SetupProblem)) throw error;
        context.progress.note(`${error.message} Pulumi is compiled here instead.`);
        await checkGo([pulumiCli(context.places.project), nodeLanguageHost(context.places.project)]);
        for (const work of buildWork(context, "since the download failed")) {
          await context.progress.step(work.name, work.seconds, () => work.run());
        }
        return;
      }
      choose(context, "download", executablesOf(entry));
    },
  };
}

function buildWork(context: Context, reason: string): Work[] {
  const cli = pulumiCli(context.places.project);
  const host = nodeLanguageHost(context.places.project);
  return [
    {
      name: `Pulumi CLI ${cli.version}`,
      how: `compiled here from its Go modules, ${reason}`,
      seconds: entryOf(cli).exists ? 1 : 300,
      run: async () => {
        await build(cli, context.progress);
      },
    },
    {
      name: `Pulumi's Node language host ${host.version}`,
      how: "compiled here, the last one that is published as a Go module",
      seconds: entryOf(host).exists ? 1 : 40,
      run: async () => {
        const files = [await build(cli, context.progress), await build(host, context.progress)];
        const entry = builtEntry(context.places.project);
        await entry.ensure(async (folder) => sideBySide(files, path.join(folder, "bin")), context.progress);
        choose(context, "built", executablesOf(entry));
      },
    },
  ];
}

/** Both, in one folder. */
function builtEntry(project: string): CacheEntry {
  const [cli, host] = [entryOf(pulumiCli(project)), entryOf(nodeLanguageHost(project))];
  return new CacheEntry(`pulumi-built-${hashOf([], { cli: cli.name, host: host.name })}`);
}

/** Pulumi warns at each run of a language host that does not lie beside it. */
function sideBySide(files: readonly string[], folder: string): void {
  fs.mkdirSync(folder);
  for (const file of files) fs.linkSync(file, path.join(folder, path.basename(file)));
}
