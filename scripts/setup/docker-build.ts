import { spawn } from "node:child_process";
import type { Readable } from "node:stream";
import type Docker from "dockerode";
import { SetupProblem } from "./problem";

/** Makes an image of one layer from a tar of its root file system. */
export async function importImage(docker: Docker, tag: string, rootfs: Readable): Promise<void> {
  const [repo = "", name = "latest"] = tag.split(":");
  await followed(docker, await docker.importImage(rootfs, { repo, tag: name }));
}

/** Builds an image from a context that holds a Dockerfile. */
export async function buildImage(docker: Docker, context: Readable, options: Docker.ImageBuildOptions): Promise<void> {
  await followed(docker, await docker.buildImage(context, options));
}

/** What tar writes when it makes an archive with these arguments. */
export function tarOf(args: readonly string[]): Readable {
  return spawn("tar", ["-c", ...args], { stdio: ["ignore", "pipe", "inherit"] }).stdout;
}

/** Arguments of tar: these files of a folder, readable by everybody and root's, whatever they are here. */
export function rootsFiles(folder: string, files: readonly string[]): string[] {
  return ["--owner=0", "--group=0", "--mode=a+rX,go-w", "-C", folder, ...files];
}

/** @returns the image's id, or undefined where Docker has no image of that name */
export async function imageId(docker: Docker, ref: string): Promise<string | undefined> {
  try {
    return (await docker.getImage(ref).inspect()).Id;
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404) return undefined;
    throw error;
  }
}

/** A proxy that this machine needs is needed inside a container of its network as well. */
export function proxies(env: NodeJS.ProcessEnv): Record<string, string> {
  const named = ["http_proxy", "https_proxy", "no_proxy"].map((name) => [name, env[name]] as const);
  return Object.fromEntries(named.filter((pair): pair is readonly [string, string] => !!pair[1]));
}

/** Docker answers 200 and tells of a failure somewhere in the stream. */
function followed(docker: Docker, stream: NodeJS.ReadableStream): Promise<void> {
  return new Promise((resolve, reject) => {
    let failure: string | undefined;
    docker.modem.followProgress(
      stream,
      (error) => {
        if (error) reject(error);
        else if (failure !== undefined) reject(new SetupProblem(`Docker: ${failure}`));
        else resolve();
      },
      (event: { error?: string }) => (failure ??= event.error),
    );
  });
}
