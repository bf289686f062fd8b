import { DEFAULT_VERSION, RELEASED_VERSIONS } from "../versions";
import { finding, type Rule } from "./rule";

const OLDEST = RELEASED_VERSIONS[0];
const NEWEST = "2.9.6" satisfies (typeof RELEASED_VERSIONS)[number];
const TAG = /:([^:/@]+)$/;
const IMAGE = /^[a-z0-9][\w.:-]*(?:\/[\w.-]+)*(?::[\w][\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$/;

export const VERSION_RULES: readonly Rule[] = [
  {
    name: "version.form",
    path: ["version"],
    message: "A version is three numbers with dots, such as `2.9.4`.",
    example: { yaml: 'version: "2.9"', at: "version" },
    *check({ version }) {
      if (version === undefined || parse(version)) return;
      yield finding(["version"], 'must be three numbers with dots, such as "2.9.4".', suggestFor(version));
    },
  },
  {
    name: "version.supported",
    path: ["version"],
    message: `The version is from ${OLDEST} to ${NEWEST}. Alluxio 3 has another architecture and is not supported.`,
    example: { yaml: "version: 3.1.3", at: "version" },
    *check({ version }) {
      const parts = parse(version);
      if (parts === undefined || isSupported(parts)) return;
      const reason =
        parts[0] >= 3 ? " Alluxio 3 has another architecture: no namespace and no ramdisk of its own." : "";
      const suggestion = compare(parts, [2, 8, 0]) < 0 ? OLDEST : NEWEST;
      yield finding(["version"], `is not supported: ${OLDEST} to ${NEWEST}.${reason}`, suggestion);
    },
  },
  {
    name: "version.released",
    path: ["version"],
    message: `The version was released: ${RELEASED_VERSIONS.join(", ")}.`,
    example: { yaml: "version: 2.8.4", at: "version" },
    *check({ version }) {
      const parts = parse(version);
      if (parts === undefined || !isSupported(parts)) return;
      if (RELEASED_VERSIONS.some((released) => compare(released.split(".").map(Number), parts) === 0)) {
        const plain = parts.join(".");
        if (plain !== version) yield finding(["version"], "has zeros too many.", plain);
        return;
      }
      yield finding(
        ["version"],
        `was never released. Released: ${RELEASED_VERSIONS.join(", ")}.`,
        RELEASED_VERSIONS.findLast((released) => compare(released.split(".").map(Number), parts) < 0),
      );
    },
  },
  {
    name: "image.form",
    path: ["image"],
    message: "An image is `[registry/]name[:tag][@sha256:digest]`.",
    example: { yaml: "image: alluxio/alluxio@sha256:12", at: "image" },
    *check({ image }) {
      if (image !== undefined && !IMAGE.test(image)) {
        yield finding(
          ["image"],
          'is not the name of an image: "name:tag" or "name@sha256:" and 64 hex digits, in lower case and without spaces.',
        );
      }
    },
  },
  {
    name: "image.version",
    path: ["image"],
    message: "Where the tag of the image is a version of Alluxio, `version` is the same: it decides the properties.",
    example: { yaml: "image: alluxio/alluxio:2.9.6", at: "image" },
    *check({ image, version }, { sound }) {
      if (image === undefined || !IMAGE.test(image) || !sound("version")) return;
      const tag = /^\d+\.\d+\.\d+/.exec(TAG.exec(image.replace(/@.*$/, ""))?.[1] ?? "")?.[0];
      if (tag === undefined || tag === (version ?? DEFAULT_VERSION)) return;
      const stated = version === undefined ? `${DEFAULT_VERSION} (the default)` : version;
      yield finding(["image"], `is version ${tag}, but version is ${stated}: set version: ${JSON.stringify(tag)}.`);
    },
  },
];

type Parts = readonly [number, number, number];

function parse(version: string | undefined): Parts | undefined {
  const match = /^(\d{1,6})\.(\d{1,6})\.(\d{1,6})$/.exec(version ?? "");
  return match ? [Number(match[1]), Number(match[2]), Number(match[3])] : undefined;
}

function isSupported(parts: Parts): boolean {
  return compare(parts, [2, 8, 0]) >= 0 && compare(parts, [2, 9, 6]) <= 0;
}

function compare(left: readonly number[], right: readonly number[]): number {
  for (const index of [0, 1, 2]) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** `2.9` → the default version, as it is of that line; `2.8` → the last of that line; `v2.9.4` → `2.9.4`. */
function suggestFor(text: string): string | undefined {
  const numbers = /(?<!\d)\d+\.\d+(?:\.\d+)?/.exec(text)?.[0];
  if (numbers === undefined) return undefined;
  if (DEFAULT_VERSION.startsWith(`${numbers}.`)) return DEFAULT_VERSION;
  return RELEASED_VERSIONS.findLast((released) => released === numbers || released.startsWith(`${numbers}.`));
}
