import { foldersOf, readFolders } from "../../operations/ephemeral/folders";
import type { Grounds } from "../../operations/ephemeral/reaper";
import { layout, pulumiEnvironment } from "../../scripts/environment.cjs";
import { anyChosenImage } from "../images";

/**
 * Where throw-away clusters of this clone are looked for.
 * @param dockerHost the daemon that a spec names
 */
export function groundsOf(project: string, dockerHost?: string): Grounds {
  const defaultHost = pulumiEnvironment({ places: layout(project), env: process.env })["DOCKER_HOST"];
  const image = anyChosenImage(project)?.id;
  return {
    home: foldersOf(project),
    ...(dockerHost === undefined ? {} : { dockerHost }),
    ...(defaultHost === undefined ? {} : { defaultHost }),
    ...(image === undefined ? {} : { image }),
  };
}

/** The Docker daemon that specs mean which name none, and those that throw-away clusters of this clone are on. */
export function everyGrounds(project: string): Grounds[] {
  const hosts = readFolders(foldersOf(project)).map(({ dockerHost }) => dockerHost);
  return [...new Set([undefined, ...hosts])].map((host) => groundsOf(project, host));
}
