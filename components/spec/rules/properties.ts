import { nearest } from "../nearest";
import { selectText } from "../path";
import { unfitValue } from "../property-value";
import { hasSecretInUri, isSecretName } from "../secrets";
import { decidedProperty } from "./decided-properties";
import { finding, type Rule } from "./rule";

const NAME = /^[A-Za-z][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)+$/;
/** Alluxio's own, and those that its under storages read. */
const PREFIXES = ["alluxio", "aws", "fs", "s3a"];
const PLACE = ["properties.*"];

export const PROPERTY_RULES: readonly Rule[] = [
  {
    name: "properties.name",
    path: PLACE,
    message: `A property starts with ${PREFIXES.map((prefix) => `\`${prefix}.\``).join(", ")} and is written with letters, digits, dots, hyphens and underscores.`,
    example: {
      yaml: "properties: { aluxio.user.file.readtype.default: CACHE }",
      at: 'properties["aluxio.user.file.readtype.default"]',
    },
    *check(config) {
      for (const { path } of selectText(config, PLACE)) {
        const name = String(path.at(-1));
        const prefix = name.split(".")[0] ?? "";
        if (!NAME.test(name)) {
          yield finding(path, "is not the name of a property: letters, digits, dots, hyphens and underscores.");
        } else if (!PREFIXES.includes(prefix)) {
          const better = nearest(prefix, PREFIXES);
          yield finding(
            path,
            `is not a property of Alluxio: those start with ${PREFIXES.map((one) => `"${one}."`).join(", ")}.`,
            better === undefined ? undefined : `${better}${name.slice(prefix.length)}`,
          );
        }
      }
    },
  },
  {
    name: "properties.decided",
    path: PLACE,
    message: "A property that follows from the spec is not set: the message names the field that decides it.",
    example: {
      yaml: "properties: { alluxio.worker.ramdisk.size: 2GB }",
      at: 'properties["alluxio.worker.ramdisk.size"]',
    },
    *check(config, { target }) {
      for (const { path } of selectText(config, PLACE)) {
        const name = String(path.at(-1));
        const decided = decidedProperty(name, target);
        if (decided === undefined || isSecretName(name)) continue;
        yield finding(
          path,
          decided.field === undefined
            ? "is decided by this program, to fit the image and its own health checks: remove it."
            : `follows from ${decided.field}: set that field, and remove the property.`,
        );
      }
    },
  },
  {
    name: "properties.secret",
    path: PLACE,
    message: "No property carries a credential: `underStorage.credentials` names the config keys of those.",
    example: { yaml: "properties: { aws.secretKey: abc }", at: 'properties["aws.secretKey"]' },
    *check(config) {
      for (const { path, text } of selectText(config, PLACE)) {
        if (!isSecretName(String(path.at(-1))) && !hasSecretInUri(text)) continue;
        yield finding(
          path,
          "is a credential in clear. Set it with pulumi config set --secret, name its key in underStorage.credentials, " +
            "and consider this value known: it stood in a file.",
        );
      }
    },
  },
  {
    name: "properties.value",
    path: PLACE,
    message:
      "The value of a property is one line, without white space at its ends, which Alluxio cuts off; `${...}` in it names a property of Alluxio.",
    example: {
      yaml: 'properties: { alluxio.user.app.id: "a\\nalluxio.home=/tmp" }',
      at: 'properties["alluxio.user.app.id"]',
    },
    *check(config) {
      for (const { path, text } of selectText(config, PLACE)) {
        const unfit = unfitValue(text);
        if (unfit !== undefined) yield finding(path, unfit);
      }
    },
  },
];
