import { selectText } from "../path";
import { HEAP_NAMES } from "../spec";
import { Size } from "../size";
import { finding, type Finding, type Rule } from "./rule";

const HEAPS = HEAP_NAMES.map((name) => `heaps.${name}`);
const SIZES = ["workers[].ramdisk", "workers[].tiers[].quota", ...HEAPS];
const UNITS = ["B", "KB", "MB", "GB", "TB", "PB", "K", "M", "G", "T", "P", "KIB", "MIB", "GIB", "TIB", "PIB"];
const SMALLEST_HEAP = Size.ofMebibytes(64);
const NUMBER_AND_UNIT = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i;

/** Texts at the places of sizes that stand for a number and perhaps a unit. */
type Check = (parts: { text: string; number: string; unit: string }) => Pick<Finding, "message" | "suggestion"> | false;

const wellFormed = (check: Check): Rule["check"] =>
  function* (config) {
    for (const { path, text } of selectText(config, SIZES)) {
      const [, number, unit] = NUMBER_AND_UNIT.exec(text.trim()) ?? [];
      if (number === undefined || unit === undefined) continue;
      const found = check({ text: text.trim(), number, unit: unit.toUpperCase() });
      if (found !== false) yield { path, ...found };
    }
  };

export const SIZE_RULES: readonly Rule[] = [
  {
    name: "sizes.form",
    path: SIZES,
    message: "A size is a positive number, with a decimal point at most, and a unit: `512MB`, `62.51GB`, `1GiB`.",
    example: { yaml: "workers: [{ name: small, ramdisk: 1.5.2GB }]", at: "workers[0].ramdisk" },
    *check(config) {
      for (const { path, text } of selectText(config, SIZES)) {
        const trimmed = text.trim();
        if (NUMBER_AND_UNIT.test(trimmed)) continue;
        const message = trimmed.startsWith("-") ? "must be more than nothing" : "is not a size: a number and a unit";
        yield finding(path, `${message}, such as "512MB" or "62.51GB".`);
      }
    },
  },
  {
    name: "sizes.unit-missing",
    path: SIZES,
    message: "A size has a unit.",
    example: { yaml: 'workers: [{ name: small, ramdisk: "100" }]', at: "workers[0].ramdisk" },
    check: wellFormed(
      ({ number, unit }) =>
        unit === "" &&
        Number(number) > 0 && {
          message: `needs a unit: "${number}MB", or "${number}GB"? (1GB is 1024MB.)`,
        },
    ),
  },
  {
    name: "sizes.unit-unknown",
    path: SIZES,
    message: `The unit of a size is one of ${UNITS.slice(0, 6).join(", ")}; also K, M, G, T, P and KiB, MiB, GiB, TiB, PiB, in upper or lower case.`,
    example: { yaml: "workers: [{ name: small, ramdisk: 10XB }]", at: "workers[0].ramdisk" },
    check: wellFormed(
      ({ unit }) =>
        unit !== "" &&
        !UNITS.includes(unit) && {
          message: `has an unknown unit; Alluxio knows ${UNITS.slice(0, 6).join(", ")}, all in steps of 1024.`,
        },
    ),
  },
  {
    name: "sizes.zero",
    path: SIZES,
    message: "A size is more than nothing.",
    example: { yaml: "workers: [{ name: small, ramdisk: 0 }]", at: "workers[0].ramdisk" },
    check: wellFormed(({ number }) => Number(number) === 0 && { message: "must be more than nothing." }),
  },
  {
    name: "sizes.below-1MB",
    path: SIZES,
    message: "A size is at least 1MB; what is beyond whole MiB is rounded down.",
    example: { yaml: "workers: [{ name: small, ramdisk: 1023KB }]", at: "workers[0].ramdisk" },
    check: wellFormed(
      ({ text, number, unit }) =>
        UNITS.includes(unit) &&
        Number(number) > 0 &&
        Size.parse(text) === undefined &&
        !isHuge(text) && { message: "is below 1MB, the smallest size: sizes are rounded down to whole MiB." },
    ),
  },
  {
    name: "sizes.too-large",
    path: SIZES,
    message: "A size is below 8PB, up to which every byte can be counted.",
    example: { yaml: "workers: [{ name: small, ramdisk: 9PB }]", at: "workers[0].ramdisk" },
    check: wellFormed(
      ({ text, unit }) => UNITS.includes(unit) && isHuge(text) && { message: "is too large: it must be below 8PB." },
    ),
  },
  {
    name: "heaps.smallest",
    path: HEAPS,
    message: `A heap is at least ${SMALLEST_HEAP.toString()}: with less no Alluxio process starts.`,
    example: { yaml: "heaps: { worker: 32MB }", at: "heaps.worker" },
    *check(config) {
      for (const { path, text } of selectText(config, HEAPS)) {
        const size = Size.parse(text);
        if (size === undefined || size.mebibytes >= SMALLEST_HEAP.mebibytes) continue;
        yield finding(path, `is too small for a JVM of Alluxio: at least ${SMALLEST_HEAP.toString()}.`);
      }
    },
  },
];

/** Whether a well-formed size is refused for being more than a double holds exactly. */
function isHuge(text: string): boolean {
  const [, number = "", unit = ""] = NUMBER_AND_UNIT.exec(text) ?? [];
  const exponent = "BKMGTP".indexOf(unit.charAt(0).toUpperCase());
  return Number(number) * 1024 ** exponent > Number.MAX_SAFE_INTEGER;
}
