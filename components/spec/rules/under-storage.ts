import { hiddenOptions, isHiddenOption } from "../hidden-options";
import { nearest } from "../nearest";
import { selectText } from "../path";
import { unfitValue } from "../property-value";
import { hasSecretInUri, isSecretName, looksLikeSecret } from "../secrets";
import { DEFAULT_VERSION } from "../versions";
import { CONFIG_KEY } from "./forms";
import { finding, type Rule } from "./rule";

const KINDS = ["volume", "path", "uri"] as const;
const URI = /^([a-z][a-z0-9+.-]*):\/\/[^\s,]+$/;
const OPTION_NAME = /^[A-Za-z][A-Za-z0-9_.-]*$/;
const S3 = "uri: s3://bucket/x";

export const UNDER_STORAGE_RULES: readonly Rule[] = [
  {
    name: "underStorage.one",
    path: ["underStorage"],
    message: "The under storage is exactly one of `volume`, `path` and `uri`.",
    example: { yaml: "underStorage: { volume: {}, path: /nfs/data }", at: "underStorage" },
    *check({ underStorage }, { sound }) {
      if (underStorage === undefined || KINDS.some((kind) => !sound("underStorage", kind))) return;
      const given = KINDS.filter((kind) => underStorage[kind] !== undefined);
      if (given.length === 0) yield finding(["underStorage"], "must have one of volume, path and uri; it has none.");
      if (given.length > 1) {
        yield finding(["underStorage"], `must have one of volume, path and uri; it has ${given.join(" and ")}.`);
      }
    },
  },
  {
    name: "underStorage.uri-form",
    path: ["underStorage.uri"],
    message: "A URI is `scheme://...` without spaces.",
    example: { yaml: "underStorage: { uri: bucket/prefix }", at: "underStorage.uri" },
    *check({ underStorage }) {
      const uri = underStorage?.uri;
      if (uri === undefined || URI.test(uri)) return;
      const hint = uri.startsWith("/") ? " For a directory use underStorage.path." : "";
      yield finding(["underStorage", "uri"], `must be a URI such as "s3://bucket/prefix", without spaces.${hint}`);
    },
  },
  {
    name: "underStorage.uri-scheme",
    path: ["underStorage.uri"],
    message: "The URI is not `file://`, for which there is `path`, and not `alluxio://`.",
    example: { yaml: "underStorage: { uri: file:///nfs/data }", at: "underStorage.uri" },
    *check({ underStorage }) {
      const scheme = URI.exec(underStorage?.uri ?? "")?.[1];
      if (scheme === "file") {
        yield finding(["underStorage", "uri"], "is a directory: use underStorage.path, which every machine must see.");
      } else if (scheme === "alluxio") {
        yield finding(["underStorage", "uri"], "is Alluxio itself, which cannot lie under it.");
      }
    },
  },
  {
    name: "underStorage.uri-secret",
    path: ["underStorage.uri"],
    message: "The URI carries no credential.",
    example: { yaml: 'underStorage: { uri: "s3://id:key@bucket/x" }', at: "underStorage.uri" },
    *check({ underStorage }) {
      if (underStorage?.uri === undefined || !hasSecretInUri(underStorage.uri)) return;
      yield finding(
        ["underStorage", "uri"],
        "carries a credential in clear. Take it out, set it with pulumi config set --secret, name its key in " +
          "underStorage.credentials, and consider it known: it stood in a file.",
      );
    },
  },
  {
    name: "underStorage.credentials-alone",
    path: ["underStorage.credentials"],
    message: "Credentials go with a `uri`; a volume or a directory needs none.",
    example: {
      yaml: "underStorage: { volume: {}, credentials: { s3a.secretKey: ufsSecretKey } }",
      at: "underStorage.credentials",
    },
    *check({ underStorage }, { sound }) {
      if (underStorage?.credentials === undefined || underStorage.uri !== undefined) return;
      if (KINDS.every((kind) => underStorage[kind] === undefined) || !sound("underStorage", "uri")) return;
      yield finding(
        ["underStorage", "credentials"],
        "go with underStorage.uri only: a volume or a directory needs none.",
      );
    },
  },
  {
    name: "underStorage.option-name",
    path: ["underStorage.credentials.*", "underStorage.options.*"],
    message: "The name of an option is letters, digits, dots, hyphens and underscores.",
    example: { yaml: `underStorage: { ${S3}, options: { "s3 region": eu } }`, at: 'underStorage.options["s3 region"]' },
    *check(config) {
      for (const { path } of selectText(config, ["underStorage.credentials.*", "underStorage.options.*"])) {
        if (OPTION_NAME.test(String(path.at(-1)))) continue;
        yield finding(path, "is not the name of an option: letters, digits, dots, hyphens and underscores.");
      }
    },
  },
  {
    name: "underStorage.credential-key",
    path: ["underStorage.credentials.*"],
    message: "A credential is the name of a Pulumi config key that holds the secret, never the secret itself.",
    example: {
      yaml: `underStorage: { ${S3}, credentials: { s3a.accessKeyId: "not/a+key" } }`,
      at: 'underStorage.credentials["s3a.accessKeyId"]',
    },
    *check(config) {
      for (const { path, text } of selectText(config, ["underStorage.credentials.*"])) {
        if (CONFIG_KEY.test(text) && !looksLikeSecret(text)) continue;
        yield finding(
          path,
          "must be the name of a Pulumi config key, such as ufsSecretKey, and this looks like a secret itself. " +
            "Set the secret with: pulumi config set --secret ufsSecretKey",
        );
      }
    },
  },
  {
    name: "underStorage.credential-hidden",
    path: ["underStorage.credentials.*"],
    message: `A credential is an option whose value Alluxio hides in its web pages and REST API: ${hiddenOptions(
      DEFAULT_VERSION,
    )
      .map((option) => `\`${option}\``)
      .join(", ")}; which ones depends on the version.`,
    example: {
      yaml: `underStorage: { ${S3}, credentials: { s3a.secretkey: ufsSecretKey } }`,
      at: 'underStorage.credentials["s3a.secretkey"]',
    },
    *check(config) {
      const version = config.version ?? DEFAULT_VERSION;
      for (const { path } of selectText(config, ["underStorage.credentials.*"])) {
        const option = String(path.at(-1));
        if (!OPTION_NAME.test(option) || isHiddenOption(option, version)) continue;
        yield finding(
          path,
          `is not among the options whose value Alluxio ${version} hides: its web pages would show the secret to everyone.`,
          nearest(option, hiddenOptions(version)),
        );
      }
    },
  },
  {
    name: "underStorage.option-secret",
    path: ["underStorage.options.*"],
    message: "No option carries a credential in clear.",
    example: {
      yaml: `underStorage: { ${S3}, options: { s3a.secretKey: abc } }`,
      at: 'underStorage.options["s3a.secretKey"]',
    },
    *check(config) {
      for (const { path, text } of selectText(config, ["underStorage.options.*"])) {
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
    name: "underStorage.option-twice",
    path: ["underStorage.options.*"],
    message: "No option stands in both `options` and `credentials`.",
    example: {
      yaml: `underStorage: { ${S3}, options: { fs.swift.user: a }, credentials: { fs.swift.user: ufsUser } }`,
      at: 'underStorage.options["fs.swift.user"]',
    },
    *check(config) {
      const secret = new Set(Object.keys(config.underStorage?.credentials ?? {}));
      for (const { path } of selectText(config, ["underStorage.options.*"])) {
        if (secret.has(String(path.at(-1)))) yield finding(path, "stands in underStorage.credentials too: remove one.");
      }
    },
  },
  {
    name: "underStorage.option-value",
    path: ["underStorage.options.*", "underStorage.uri"],
    message:
      "The URI, and the value of an option, is one line, without white space at its ends, which Alluxio cuts off; `${...}` in it names a property of Alluxio.",
    example: { yaml: `underStorage: { ${S3}, options: { a: "x\\ny" } }`, at: "underStorage.options.a" },
    *check(config) {
      for (const { path, text } of selectText(config, ["underStorage.options.*", "underStorage.uri"])) {
        // What is no URI at all is told already.
        if (path.at(-1) === "uri" && !URI.test(text)) continue;
        const unfit = unfitValue(text);
        if (unfit !== undefined) yield finding(path, unfit);
      }
    },
  },
];
