import { posix } from "node:path";
import { selectText } from "../path";
import { finding, type Rule } from "./rule";
import { isInside } from "./workers";

/** Directories of a machine. */
const DIRECTORIES = [
  "mounts[].mountPoint",
  "underStorage.path",
  "workers[].tiers[].path",
  "masters.journal.path",
  "hosts.prefix",
  "hosts.java.home",
];
/** Those that we fill, or cover with a mount. */
const TAKEN = ["mounts[].mountPoint", "workers[].tiers[].path", "masters.journal.path", "hosts.prefix"];
const ALLUXIO_PATHS = ["mounts[].alluxioPath", "dataSets[].path"];
const ALL = [...DIRECTORIES, ...ALLUXIO_PATHS];

/** Nothing of ours within these. */
const SYSTEM = [
  "/bin",
  "/boot",
  "/dev",
  "/etc",
  "/lib",
  "/lib32",
  "/lib64",
  "/libx32",
  "/proc",
  "/sbin",
  "/sys",
  "/usr",
  "/var/lib/containerd",
  "/var/lib/docker",
  "/var/lib/kubelet",
];
/** Directories below these are fine; they themselves belong to others too. */
const SHARED = ["/home", "/media", "/mnt", "/opt", "/root", "/run", "/srv", "/tmp", "/var", "/var/lib", "/var/log"];

/** ASCII: where no locale is set, as in containers, findmnt and the JVM read other letters in ways of their own. */
const CHARACTERS = /^[A-Za-z0-9._@+=~/-]*$/;

export const PATH_RULES: readonly Rule[] = [
  {
    name: "paths.absolute",
    path: ALL,
    message: "A path is absolute: it starts with `/`.",
    example: { yaml: "mounts: [{ name: data, mountPoint: mnt/data }]", at: "mounts[0].mountPoint" },
    *check(config) {
      for (const { path, text } of selectText(config, ALL)) {
        if (!text.startsWith("/")) yield finding(path, "must be absolute: start with /.", suggestAbsolute(text));
      }
    },
  },
  {
    name: "paths.normalised",
    path: ALL,
    message: "A path is normalised: no `//`, no `.` or `..`, no `/` at its end.",
    example: { yaml: "mounts: [{ name: data, mountPoint: /mnt/../srv/data/ }]", at: "mounts[0].mountPoint" },
    *check(config) {
      for (const { path, text } of selectText(config, ALL)) {
        const better = normalise(text);
        if (text.startsWith("/") && text !== better) {
          yield finding(path, "must be written without //, . or .. and without / at its end.", better);
        }
      }
    },
  },
  {
    name: "paths.characters",
    path: ALL,
    message:
      "A path has letters of the English alphabet, digits and `. _ - + = @ ~` between its slashes: no space, comma, colon or quote.",
    example: { yaml: 'mounts: [{ name: data, mountPoint: "/mnt/my data" }]', at: "mounts[0].mountPoint" },
    *check(config) {
      for (const { path, text } of selectText(config, ALL)) {
        const other = Array.from(text).find((character) => !CHARACTERS.test(character));
        if (other === undefined) continue;
        yield finding(
          path,
          `has the character ${JSON.stringify(other)}; letters from a to z, digits, slashes and . _ - + = @ ~ are allowed.`,
        );
      }
    },
  },
  {
    name: "paths.root",
    path: DIRECTORIES,
    message: "No directory of a machine that the spec names is `/` itself.",
    example: { yaml: "mounts: [{ name: data, mountPoint: / }]", at: "mounts[0].mountPoint" },
    *check(config) {
      for (const { path, text } of selectText(config, DIRECTORIES)) {
        if (/^\/+$/.test(text)) yield finding(path, "cannot be / itself, the whole machine: name a directory.");
      }
    },
  },
  {
    name: "paths.system",
    path: TAKEN,
    message: `Mount points, tiers, journals and what is installed are not in a directory of the system (${SYSTEM.join(", ")}), and not exactly ${SHARED.join(", ")}.`,
    example: { yaml: "mounts: [{ name: data, mountPoint: /usr/share/data }]", at: "mounts[0].mountPoint" },
    *check(config) {
      for (const { path, text } of selectText(config, TAKEN)) {
        const directory = text.startsWith("/") ? normalise(text) : "";
        const system = SYSTEM.find((one) => isInside(directory, one));
        if (system !== undefined)
          yield finding(path, `is in ${system}, which belongs to the system: use another directory.`);
        else if (SHARED.includes(directory)) {
          yield finding(path, `is ${directory} itself, which others use too: name a directory within it.`);
        }
      }
    },
  },
];

/** The same path as the kernel would read it, without looking at links. */
export function normalise(path: string): string {
  const normal = posix.normalize(path).replace(/^\/+/, "/");
  return normal.length > 1 ? normal.replace(/\/$/, "") : normal;
}

function suggestAbsolute(text: string): string | undefined {
  return /^[\w.-]+(\/[\w.-]+)*$/.test(text) && !text.startsWith(".") ? `/${text}` : undefined;
}
