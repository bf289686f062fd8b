import { nearest } from "../nearest";
import { entriesOf, finding, type ConfigDraft, type Rule } from "./rule";

/** `name` or `name=value`, as after `-o`: nothing in it that a shell, or a process without a locale, would change. */
const FORM = /^[a-z][a-z0-9_]*(?:=[\w.:/@%+=~^!#;|&<>(){}-]+)?$/;

/** Options of libfuse 2 and 3 and of mount(8) that make sense for Alluxio, to tell a typo; others are let through. */
const FLAGS = [
  "allow_other",
  "async_read",
  "auto_cache",
  "big_writes",
  "debug",
  "default_permissions",
  "direct_io",
  "kernel_cache",
  "noatime",
  "nodev",
  "noexec",
  "nosuid",
  "ro",
  "rw",
  "sync_read",
];
const NUMBERS = [
  "ac_attr_timeout",
  "attr_timeout",
  "congestion_threshold",
  "entry_timeout",
  "max_background",
  "max_idle_threads",
  "max_read",
  "max_readahead",
  "max_write",
  "negative_timeout",
];

const REFUSED: Readonly<Record<string, string>> = {
  nonempty:
    "mounts over a directory that holds files and hides them, and libfuse 3 does not know it: " +
    "use an empty directory, and bring existing files into Alluxio as a data set.",
  allow_root: "excludes allow_other, which the mount needs to be of use to anyone but its own process.",
};

/** Pairs of options of which only one can hold. */
const EXCLUSIVE: readonly (readonly [string, string])[] = [
  ["ro", "rw"],
  ["direct_io", "kernel_cache"],
  ["direct_io", "auto_cache"],
  ["kernel_cache", "auto_cache"],
  ["async_read", "sync_read"],
];

export const MOUNT_OPTION_RULES: readonly Rule[] = [
  {
    name: "options.form",
    path: ["mounts[].options[]"],
    message:
      "A mount option is `name` or `name=value`, as after `-o`: one an entry, in ASCII, no space, comma, quote, `$`, backslash, `*`, `?` or bracket.",
    example: { yaml: 'mounts: [{ name: data, options: ["ro,kernel_cache"] }]', at: "mounts[0].options[0]" },
    *check(config) {
      for (const { option, path } of optionsOf(config)) {
        if (FORM.test(option)) continue;
        let message = 'must be one option as libfuse takes it, "name" or "name=value".';
        if (option.includes(",")) message = "holds several options: write each as an entry of its own.";
        else if (option.startsWith("-o")) message = "must be written without -o.";
        else if (option.startsWith("alluxio.")) message = "is a property of Alluxio: it belongs in properties.";
        yield finding(path, message);
      }
    },
  },
  {
    name: "options.unknown",
    path: ["mounts[].options[]"],
    message: "A mount option is not a typo of a known one: libfuse refuses what it does not know.",
    example: { yaml: "mounts: [{ name: data, options: [max_idle_treads=64] }]", at: "mounts[0].options[0]" },
    *check(config) {
      const known = [...FLAGS, ...NUMBERS, ...Object.keys(REFUSED)];
      for (const { option, name, path } of optionsOf(config)) {
        if (!FORM.test(option) || known.includes(name) || name.length < 4) continue;
        const suggestion = nearest(name, known);
        if (suggestion !== undefined) yield finding(path, "is not an option of libfuse.", suggestion);
      }
    },
  },
  {
    name: "options.value",
    path: ["mounts[].options[]"],
    message: "A mount option that takes a number has one, and one that takes none has none.",
    example: { yaml: "mounts: [{ name: data, options: [attr_timeout=long] }]", at: "mounts[0].options[0]" },
    *check(config) {
      for (const { option, name, value, path } of optionsOf(config)) {
        if (!FORM.test(option)) continue;
        if (NUMBERS.includes(name) && !/^\d+(\.\d+)?$/.test(value ?? "")) {
          yield finding(path, `needs a number: "${name}=60".`);
        } else if (FLAGS.includes(name) && value !== undefined) {
          yield finding(path, `takes no value: write "${name}", or leave it out.`);
        }
      }
    },
  },
  {
    name: "options.refused",
    path: ["mounts[].options[]"],
    message:
      "`nonempty` is refused, as it hides files (and libfuse 3 does not know it), and `allow_root`, as it excludes `allow_other`.",
    example: { yaml: "mounts: [{ name: data, options: [nonempty] }]", at: "mounts[0].options[0]" },
    *check(config) {
      for (const { name, path } of optionsOf(config)) {
        const reason = Object.hasOwn(REFUSED, name) ? REFUSED[name] : undefined;
        if (reason !== undefined) yield finding(path, `is refused: it ${reason}`);
      }
    },
  },
  {
    name: "options.contents",
    path: ["mounts[].options[]"],
    message:
      "Options do not contradict `contents`: no `direct_io` and no time-out of 0 where it is immutable, no `kernel_cache` where it is changing.",
    example: { yaml: "mounts: [{ name: data, options: [kernel_cache] }]", at: "mounts[0].options[0]" },
    *check(config, { sound }) {
      for (const { mount, name, value, contents, path } of optionsOf(config)) {
        if (!sound("mounts", mount, "contents")) continue;
        if (contents === "immutable") {
          if (name === "direct_io" || (/^(attr|entry)_timeout$/.test(name) && Number(value) === 0)) {
            yield finding(
              path,
              "makes every access ask again, but contents is immutable: remove the option, or set contents: changing.",
            );
          }
        } else if (name === "kernel_cache") {
          const stated = contents === undefined ? "changing (the default)" : contents;
          yield finding(
            path,
            `keeps pages of files that were rewritten, but contents is ${stated}: ` +
              "remove the option, or set contents: immutable if files never change.",
          );
        }
      }
    },
  },
  {
    name: "options.exclusive",
    path: ["mounts[].options[]"],
    message: `Of ${EXCLUSIVE.map((pair) => pair.map((option) => `\`${option}\``).join(" and ")).join(", ")} at most one is given, and no option twice.`,
    example: { yaml: "mounts: [{ name: data, options: [ro, rw] }]", at: "mounts[0].options[1]" },
    *check(config) {
      const earlier: { mount: number; name: string }[] = [];
      for (const { mount, name, path } of optionsOf(config)) {
        const names = earlier.filter((one) => one.mount === mount).map((one) => one.name);
        const other = EXCLUSIVE.flatMap(([left, right]) =>
          left === name ? [right] : right === name ? [left] : [],
        ).find((one) => names.includes(one));
        if (names.includes(name)) yield finding(path, "is given twice.");
        else if (other !== undefined) yield finding(path, `contradicts "${other}", which is given before.`);
        earlier.push({ mount, name });
      }
    },
  },
];

function* optionsOf(config: ConfigDraft) {
  for (const mount of entriesOf(config.mounts, "mounts")) {
    for (const { value: option, path } of entriesOf(mount.value.options, ...mount.path, "options")) {
      const equals = option.indexOf("=");
      yield {
        mount: mount.index,
        contents: mount.value.contents,
        option,
        name: equals < 0 ? option : option.slice(0, equals),
        value: equals < 0 ? undefined : option.slice(equals + 1),
        path,
      };
    }
  }
}
