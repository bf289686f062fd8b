import crypto from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { PULUMI_VERSION } from "../environment.cjs";
import type { CacheEntry } from "./cache";
import { run } from "./command";
import { download } from "./network";
import { SetupProblem } from "./problem";

/** Where Pulumi publishes its releases: archives and checksums. */
export const RELEASES = "https://get.pulumi.com/releases/sdk";

/** The archive of this version for a machine, or undefined where Pulumi publishes none. */
export function archiveName(platform: string, arch: string): string | undefined {
  const os = { linux: "linux", darwin: "darwin" }[platform];
  const cpu = { x64: "x64", arm64: "arm64" }[arch];
  return os && cpu ? `pulumi-v${PULUMI_VERSION}-${os}-${cpu}.tar.gz` : undefined;
}

/** The sha256 that a checksum file (`<hex>  <name>` a line) gives for a file. */
export function checksumOf(checksums: string, name: string): string | undefined {
  for (const line of checksums.split("\n")) {
    const [sum, file] = line.trim().split(/\s+\*?/);
    if (file === name && sum !== undefined && /^[0-9a-f]{64}$/.test(sum)) return sum;
  }
  return undefined;
}

/** Downloads the official release into a cache entry's folder as `bin/`, once its published checksum is right. */
export async function downloadRelease(folder: string, name: string, releases: string = RELEASES): Promise<void> {
  const [checksums, archive] = await Promise.all([
    download(`${releases}/pulumi-${PULUMI_VERSION}-checksums.txt`, 30),
    download(`${releases}/${name}`, 600),
  ]);
  const expected = checksumOf(checksums.toString(), name);
  const found = crypto.createHash("sha256").update(archive).digest("hex");
  if (expected !== found) {
    throw new SetupProblem(
      `${releases}/${name} has the sha256 ${found}, but ${expected ?? "no checksum"} was published for it. Nothing of it is used.`,
    );
  }
  const file = path.join(folder, name);
  fs.writeFileSync(file, archive);
  const bin = path.join(folder, "bin");
  fs.mkdirSync(bin);
  await run("tar", ["-xzf", file, "-C", bin, "--strip-components=1"]);
  fs.rmSync(file);
}

export function executablesOf(entry: CacheEntry): { pulumi: string; host: string } {
  return { pulumi: entry.file("bin", "pulumi"), host: entry.file("bin", "pulumi-language-nodejs") };
}
