import crypto from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { AlluxioJars } from "./alluxio-jars";
import { CacheEntry, hashOf } from "./cache";
import { run } from "./command";
import type { Context, Work } from "./context";
import { checkPackages, installPackages } from "./debian";

/** A tarball of Alluxio, laid out as the official one is. */
export interface Tarball {
  /** Absolute path of `alluxio-<version>-bin.tar.gz`. */
  readonly path: string;
  /** 64 hex digits. */
  readonly sha256: string;
  readonly version: string;
}

/** The files of the tarball that are not jars: by the folder of offline/ in which they stand, and the one they go to. */
const OWN_FILES: readonly (readonly [from: string, name: string, to: string])[] = [
  ["alluxio-image", "alluxio", "bin"],
  ["alluxio-image", "launch-process", "bin"],
  ["alluxio-image", "alluxio-config.sh", "libexec"],
  ["alluxio-image", "alluxio-fuse", "integration/fuse/bin"],
  ["alluxio-image", "log4j.properties", "conf"],
  ["alluxio-tarball", "alluxio-env.sh.template", "conf"],
  ["alluxio-tarball", "alluxio-site.properties.template", "conf"],
  ["alluxio-tarball", "masters", "conf"],
  ["alluxio-tarball", "workers", "conf"],
];
/** Raised when the same files are packed in another way. */
const PACKING = "1";
/** Any fixed time does; tar warns of 1970. */
const TIME = "2000-01-01 00:00:00Z";

/** Alluxio to unpack on a machine, packed here from what the Alluxio image is made of. */
export class AlluxioTarball {
  private readonly offline: string;
  private readonly jars: AlluxioJars;
  private readonly entry: CacheEntry;

  constructor(
    private readonly context: Pick<Context, "places" | "progress">,
    readonly version: string,
  ) {
    this.offline = path.join(context.places.project, "offline");
    this.jars = new AlluxioJars(context, version);
    const files = OWN_FILES.map(([from, name]) => path.join(this.offline, from, name));
    const hash = hashOf(files, { jars: this.jars.hash, packing: PACKING });
    this.entry = new CacheEntry(`alluxio-tarball-${version}-${hash}`);
  }

  work(): Work[] {
    if (this.entry.exists) return [];
    checkPackages(this.jars.packages, "Packing the Alluxio tarball here");
    return [
      {
        name: `Alluxio tarball ${this.version}`,
        how: "packed here, for machines that tests install Alluxio on",
        seconds: 20 + this.jars.seconds,
        run: () => this.provide().then(() => undefined),
      },
    ];
  }

  /** Packs it, unless it is in the cache. */
  async provide(): Promise<Tarball> {
    const name = `alluxio-${this.version}-bin.tar.gz`;
    await this.entry.ensure(async (folder) => {
      await installPackages(this.jars.packages, this.context.progress);
      await this.jars.fetch();
      const stage = path.join(folder, "stage");
      layOut(path.join(stage, `alluxio-${this.version}`), this.offline, path.join(this.jars.folder, "jars"));
      await pack(stage, path.join(folder, name));
      fs.rmSync(stage, { recursive: true });
      fs.writeFileSync(path.join(folder, `${name}.sha256`), `${await sha256Of(path.join(folder, name))}  ${name}\n`);
    }, this.context.progress);
    const [sha256 = ""] = fs.readFileSync(this.entry.file(`${name}.sha256`), "utf8").split(" ");
    return { path: this.entry.file(name), sha256, version: this.version };
  }
}

/**
 * Makes the folder that the tarball holds: the official one's `bin`, `conf`, `libexec`, `integration/fuse/bin` and `logs/user`,
 * with jars one by one in `assembly`.
 */
export function layOut(top: string, offline: string, jars: string): void {
  for (const [from, name, to] of OWN_FILES) {
    const source = path.join(offline, from, name);
    const target = path.join(top, to, name);
    fs.mkdirSync(path.dirname(target), { recursive: true });
    fs.copyFileSync(source, target);
  }
  fs.cpSync(jars, path.join(top, "assembly"), { recursive: true });
  fs.mkdirSync(path.join(top, "logs", "user"), { recursive: true });
  // Copies bear the modes that this user's umask gave the originals.
  const all = fs.readdirSync(top, { recursive: true, withFileTypes: true });
  for (const one of all) fs.chmodSync(path.join(one.parentPath, one.name), one.isDirectory() ? 0o755 : modeOf(one));
  fs.chmodSync(top, 0o755);
  // The log of a command is its user's, whoever that is; as in /tmp, nobody may take another's away.
  fs.chmodSync(path.join(top, "logs", "user"), 0o1777);
}

const modeOf = (file: fs.Dirent): number =>
  (fs.statSync(path.join(file.parentPath, file.name)).mode & 0o100) !== 0 ? 0o755 : 0o644;

/** Packs all that a folder holds: the same bytes each time, from the same names, contents and modes. */
export async function pack(folder: string, archive: string): Promise<void> {
  const same = ["--sort=name", `--mtime=${TIME}`, "--owner=0", "--group=0", "--numeric-owner", "--format=gnu"];
  const gzip = ["--use-compress-program", "gzip -n"];
  // Either variable would add options of the user's own.
  const { TAR_OPTIONS: _, GZIP: __, ...env } = process.env;
  await run("tar", ["-c", ...same, ...gzip, "-f", archive, "-C", folder, ...fs.readdirSync(folder).sort()], { env });
}

async function sha256Of(file: string): Promise<string> {
  const hash = crypto.createHash("sha256");
  await pipeline(fs.createReadStream(file), hash);
  return hash.digest("hex");
}
