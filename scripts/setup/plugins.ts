import fs from "node:fs";
import path from "node:path";
import { pulumiEnvironment } from "../environment.cjs";
import type { Places } from "../environment.cjs";
import { shellQuoted } from "../../components/plan/shellQuote";
import type { PluginName } from "./choices";
import { run } from "./command";
import type { Context, Work } from "./context";
import { isReachable } from "./network";

/** The plugins of the SDKs that package.json pins. */
export const PLUGINS: Readonly<Record<PluginName, string>> = { docker: "5.0.0", command: "1.2.1" };

const DOWNLOADS = "https://get.pulumi.com";
const INSTALL_SECONDS = 180;

const names = Object.keys(PLUGINS) as PluginName[];

function officialFolder(places: Places, name: PluginName): string {
  return path.join(places.pulumiHome, "plugins", `resource-${name}-v${PLUGINS[name]}`);
}

function launcherOf(places: Places, name: PluginName): string {
  return path.join(places.plugins, `pulumi-resource-${name}`);
}

/** What starts a stand-in: Pulumi looks for an executable of this name on PATH. */
export function launcherText(project: string, name: PluginName, node: string): string {
  const loader = path.join(project, "scripts", "compiled.cjs");
  const main = path.join(project, "offline", "plugins", name, "main.ts");
  return `#!/bin/sh\nexec ${[node, loader, main].map(shellQuoted).join(" ")} "$@"\n`;
}

function isReady(context: Context, name: PluginName): boolean {
  const choice = context.choices.current.plugins?.[name];
  if (choice?.source === "official") return fs.existsSync(officialFolder(context.places, name));
  if (choice?.source !== "stand-in") return false;
  try {
    const text = fs.readFileSync(launcherOf(context.places, name), "utf8");
    return text === launcherText(context.places.project, name, process.execPath);
  } catch {
    return false;
  }
}

export async function pluginWork(context: Context): Promise<Work[]> {
  const missing = names.filter((name) => !isReady(context, name));
  if (missing.length === 0) return [];
  const chosen = context.choices.current.plugins;
  const reachable = missing.some((name) => chosen?.[name]?.source !== "stand-in") && (await isReachable(DOWNLOADS));
  return missing.map((name) => {
    const before = chosen?.[name]?.source;
    const official = before !== "stand-in" && reachable;
    const why = before === "stand-in" ? "as chosen before" : `since ${new URL(DOWNLOADS).host} does not answer`;
    return {
      name: `Pulumi plugin ${name} ${PLUGINS[name]}`,
      how: official ? "the official one" : `our stand-in, ${why} (docs/offline.md)`,
      seconds: official ? 30 : 1,
      run: async () => {
        if (official && (await installOfficial(context, name))) return;
        useStandIn(context, name);
      },
    };
  });
}

function choose(context: Context, name: PluginName, source: "official" | "stand-in"): void {
  context.choices.change((choices) => ({ ...choices, plugins: { ...choices.plugins, [name]: { source } } }));
}

async function installOfficial(context: Context, name: PluginName): Promise<boolean> {
  const { places, env } = context;
  const added = pulumiEnvironment({ places, env, choices: {} });
  const install = ["plugin", "install", "resource", name, PLUGINS[name]];
  try {
    await run(places.pulumi, install, {
      env: { ...env, ...added, PULUMI_HOME: places.pulumiHome },
      seconds: INSTALL_SECONDS,
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    context.progress.note(
      `The official plugin ${name} cannot be had; our stand-in is used (docs/offline.md). ${reason}`,
    );
    return false;
  }
  fs.rmSync(launcherOf(places, name), { force: true }); // on PATH it would win over the official one
  choose(context, name, "official");
  return true;
}

function useStandIn(context: Context, name: PluginName): void {
  const file = launcherOf(context.places, name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}`;
  fs.writeFileSync(temporary, launcherText(context.places.project, name, process.execPath), { mode: 0o755 });
  fs.renameSync(temporary, file);
  choose(context, name, "stand-in");
}
