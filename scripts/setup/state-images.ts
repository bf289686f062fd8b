import fs from "node:fs";
import path from "node:path";
import type { Places } from "../environment.cjs";

/**
 * The image ids that the containers of a stack run, read from its state: what was chosen for it before `.tools/` was
 * deleted.
 */
export function imagesInState(places: Places, stack: string): string[] {
  const file = path.join(places.stackStates, `${stack}.json`);
  try {
    return imagesOf(JSON.parse(fs.readFileSync(file, "utf8")));
  } catch {
    return []; // no state yet, or in a backend of the user's own
  }
}

interface State {
  checkpoint?: { latest?: { resources?: { type?: string; inputs?: { image?: unknown } }[] } };
}

export function imagesOf(state: unknown): string[] {
  const resources = (state as State).checkpoint?.latest?.resources ?? [];
  const images = resources
    .filter((resource) => resource.type === "docker:index/container:Container")
    .map((resource) => resource.inputs?.image)
    .filter((image): image is string => typeof image === "string" && image.startsWith("sha256:"));
  return [...new Set(images)];
}
