import fs from "node:fs";
import { findExecutable, run } from "./command";
import { SetupProblem } from "./problem";
import type { Progress } from "./progress";

export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** Debian, or a distribution made from it, with apt. */
export function isDebian(osRelease: string = readOsRelease()): boolean {
  return /^ID(_LIKE)?=.*\bdebian\b/m.test(osRelease);
}

function readOsRelease(): string {
  try {
    return fs.readFileSync("/etc/os-release", "utf8");
  } catch {
    return "";
  }
}

/**
 * The Debian mirror that this machine's own apt uses.
 * @throws SetupProblem where its sources name none
 */
export function debianMirror(aptSources: string = readAptSources()): string {
  for (const [url] of aptSources.matchAll(/https?:\/\/[^\s\]]+/g)) {
    if (/\/debian\/?$/.test(url)) return url;
  }
  throw new SetupProblem(
    "The apt sources of this machine name no mirror whose address ends in /debian, from which the image could be built.",
  );
}

function readAptSources(): string {
  const folder = "/etc/apt/sources.list.d";
  const files = ["/etc/apt/sources.list"];
  if (fs.existsSync(folder)) files.push(...fs.readdirSync(folder).map((name) => `${folder}/${name}`));
  return files
    .filter((file) => /\.(list|sources)$/.test(file) && fs.existsSync(file))
    .map((file) => fs.readFileSync(file, "utf8"))
    .join("\n")
    .replace(/^\s*#.*$/gm, "");
}

/** Which of these commands (each with its Debian package) are not on PATH; what root's PATH has counts as well. */
export function missingPackages(commands: Readonly<Record<string, string>>): string[] {
  const search = `${process.env["PATH"] ?? ""}:/usr/sbin:/sbin`;
  return Object.entries(commands)
    .filter(([command]) => findExecutable(command, search) === undefined)
    .map(([, name]) => name);
}

/** Refuses, with the command to run, where packages are missing that set-up may not install by itself. */
export function checkPackages(packages: readonly string[], purpose: string): void {
  if (packages.length === 0 || (isRoot() && isDebian())) return;
  const install = `apt-get install -y ${packages.join(" ")}`;
  throw new SetupProblem(
    isDebian()
      ? `${purpose} needs ${packages.join(" and ")}. Run as root: ${install}`
      : `${purpose} needs ${packages.join(" and ")} (Debian's package names), which this machine does not have. Install them, then run the same command again.`,
  );
}

export async function installPackages(packages: readonly string[], progress: Progress): Promise<void> {
  if (packages.length === 0) return;
  progress.note(`Installing Debian packages: ${packages.join(" ")}`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const wait = ["-o", "DPkg::Lock::Timeout=300"]; // an unattended upgrade may be at work
  await run("apt-get", [...wait, "update"], { env, seconds: 300 });
  await run("apt-get", [...wait, "install", "-y", "--no-install-recommends", ...packages], { env, seconds: 900 });
}
