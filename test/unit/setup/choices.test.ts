import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { layout } from "../../../scripts/environment.cjs";
import { ChoicesFile, imageChoice, withImage, withoutChoicesOf } from "../../../scripts/setup/choices";
import type { Choices, ImageChoice } from "../../../scripts/setup/choices";
import { imagesOf } from "../../../scripts/setup/state-images";

const image = (id: string): ImageChoice => ({ id, ref: "alluxio-sandbox:2.9.4-0", source: "built", dashboard: false });

describe("choices", () => {
  let project: string;
  beforeEach(() => (project = fs.mkdtempSync(path.join(os.tmpdir(), "choices-"))));
  afterEach(() => fs.rmSync(project, { recursive: true, force: true }));

  test("an image is filed under stack and version, and disturbs no other", () => {
    const start: Choices = { plugins: { docker: { source: "stand-in" } } };
    const choices = withImage(withImage(start, "dev", "2.9.4", image("a")), "ha", "2.9.6", image("b"));
    expect(imageChoice(choices, "dev", "2.9.4")?.id).toBe("a");
    expect(imageChoice(choices, "ha", "2.9.6")?.id).toBe("b");
    expect(imageChoice(choices, "dev", "2.9.6")).toBeUndefined();
    expect(choices.plugins).toEqual(start.plugins);
  });

  test("choosing again forgets one stack's images, CLI and plugins, but no other stack's", () => {
    const start: Choices = { plugins: { docker: { source: "stand-in" } }, pulumi: { source: "built", bin: "/b" } };
    const choices = withImage(withImage(start, "dev", "2.9.4", image("a")), "ha", "2.9.4", image("b"));
    expect(withoutChoicesOf(choices, "dev")).toEqual({ stacks: { ha: { images: { "2.9.4": image("b") } } } });
  });

  test("what one run writes, the next reads; a file cut short counts as none", () => {
    const places = layout(project);
    new ChoicesFile(places).change((choices) => withImage(choices, "dev", "2.9.4", image("a")));
    expect(imageChoice(new ChoicesFile(places).current, "dev", "2.9.4")).toEqual(image("a"));
    fs.truncateSync(places.choices, 20);
    expect(new ChoicesFile(places).current).toEqual({});
  });

  test("a report changes nothing", () => {
    const places = layout(project);
    new ChoicesFile(places, true).change((choices) => withImage(choices, "dev", "2.9.4", image("a")));
    expect(fs.readdirSync(project)).toEqual([]);
  });
});

test("the images of a state are those of its containers, each once", () => {
  const container = (image: unknown) => ({ type: "docker:index/container:Container", inputs: { image } });
  const resources = [
    container("sha256:a"),
    container("sha256:a"),
    container("busybox"),
    { type: "docker:index/volume:Volume", inputs: { image: "sha256:c" } },
    container("sha256:b"),
  ];
  expect(imagesOf({ checkpoint: { latest: { resources } } })).toEqual(["sha256:a", "sha256:b"]);
  expect(imagesOf({})).toEqual([]);
});
