import fs from "node:fs";
import path from "node:path";
import { CacheEntry, hashOf } from "./cache";
import { run } from "./command";
import type { Context } from "./context";
import { missingPackages } from "./debian";

/** Versions whose parts are all on Maven Central. */
export const BUILDABLE: readonly string[] = ["2.9.0", "2.9.4", "2.9.6"];

/**
 * Maven properties of one version, where it needs others than the pom has: Alluxio 2.9.0 was made with an older gRPC, and
 * its S3 under storage is not on Maven Central.
 */
const MAVEN_PROPERTIES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "2.9.0": { "grpc.version": "1.37.0", "without.s3": "true" },
};

/** One version of Alluxio and all that it needs, from Maven Central. */
export class AlluxioJars {
  /** Changes with all that decides which jars they are. */
  readonly hash: string;
  private readonly pom: string;
  private readonly entry: CacheEntry;

  constructor(
    private readonly context: Pick<Context, "places" | "progress">,
    readonly version: string,
  ) {
    this.pom = path.join(context.places.project, "offline", "alluxio-image", "pom.xml");
    this.hash = hashOf([this.pom], { version, ...MAVEN_PROPERTIES[version] });
    this.entry = new CacheEntry(`alluxio-jars-${version}-${this.hash}`);
  }

  /** Expected seconds on two free cores. */
  get seconds(): number {
    return this.entry.exists ? 0 : 90;
  }

  /** Debian packages to install first. */
  get packages(): string[] {
    return this.entry.exists ? [] : missingPackages({ mvn: "maven" });
  }

  /** The folder that holds a folder `jars`. */
  get folder(): string {
    return this.entry.folder;
  }

  /** Downloads them, unless they are in the cache. */
  async fetch(): Promise<void> {
    await this.entry.ensure(
      (folder) =>
        this.context.progress.step(`Alluxio ${this.version} from Maven Central`, 90, async () => {
          const pom = path.join(folder, "pom.xml");
          fs.copyFileSync(this.pom, pom);
          const properties = {
            "alluxio.version": this.version,
            ...MAVEN_PROPERTIES[this.version],
            outputDirectory: path.join(folder, "jars"),
            includeScope: "runtime",
          };
          const flags = Object.entries(properties).map(([name, value]) => `-D${name}=${value}`);
          await run("mvn", ["-B", "-q", "--strict-checksums", "-f", pom, "dependency:copy-dependencies", ...flags], {
            log: path.join(folder, "maven.log"),
          });
        }),
      this.context.progress,
    );
  }
}
