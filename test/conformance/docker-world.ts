import { readFileSync } from "node:fs";
import { join } from "node:path";
import Docker from "dockerode";
import type { Values } from "./wire";

export const NETWORK = "docker:index/network:Network";
export const VOLUME = "docker:index/volume:Volume";
export const CONTAINER = "docker:index/container:Container";

const LABEL = "alluxio.test";
/** Names of this run, so that two runs on one Docker do not meet. */
export const run = `conf-${process.pid}`;

/** A look at Docker that does not go through the plugin. */
export const docker = new Docker();

export const labels = [{ label: LABEL, value: run }];

/** An image with a shell and `sleep`: ALLUXIO_TEST_IMAGE, else what set-up chose for the stacks. */
export function testImage(): string {
  const named = process.env["ALLUXIO_TEST_IMAGE"];
  if (named !== undefined && named !== "") return named;
  const image = imageIn(readChoices());
  if (image !== undefined) return image;
  throw new Error("no image to test with: set ALLUXIO_TEST_IMAGE to an image id, or run npm run setup first");
}

function readChoices(): unknown {
  try {
    return JSON.parse(readFileSync(join(__dirname, "../../.tools/choices.json"), "utf8"));
  } catch {
    // Not set up yet: the caller says what to do.
    return undefined;
  }
}

/** The first `stacks.*.images.*.id`. */
function imageIn(choices: unknown): string | undefined {
  const children = (value: unknown): unknown[] =>
    typeof value === "object" && value !== null ? Object.values(value) : [];
  const field = (value: unknown, key: string): unknown =>
    typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined;
  return children(field(choices, "stacks"))
    .flatMap((stack) => children(field(stack, "images")))
    .map((image) => field(image, "id"))
    .find((id): id is string => typeof id === "string");
}

/** A container that only waits. */
export const sleeper = (name: string, more: Values = {}): Values => ({
  name: `${run}-${name}`,
  image: testImage(),
  entrypoints: ["sleep"],
  command: ["100000"],
  labels,
  ...more,
});

/** Removes whatever this run has made, however it ended. */
export async function cleanUp(): Promise<void> {
  const filters = { label: [`${LABEL}=${run}`] };
  for (const { Id } of await docker.listContainers({ all: true, filters })) {
    await docker.getContainer(Id).remove({ force: true, v: true });
  }
  for (const { Id } of await docker.listNetworks({ filters })) await docker.getNetwork(Id).remove();
  for (const { Name } of (await docker.listVolumes({ filters })).Volumes) await docker.getVolume(Name).remove();
}
