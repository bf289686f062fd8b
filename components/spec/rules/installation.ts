import { selectText } from "../path";
import { hasSecretInUri } from "../secrets";
import { DEFAULT_VERSION, officialRelease, RELEASED_VERSIONS } from "../versions";
import { hostsExample as example } from "./hosts";
import { finding, type Rule } from "./rule";

const ARCHIVES = ["release", "java"] as const;
const URLS = ARCHIVES.map((archive) => `hosts.${archive}.url`);
const FILES = ARCHIVES.map((archive) => `hosts.${archive}.file`);
const DIGESTS = ARCHIVES.map((archive) => `hosts.${archive}.sha256`);
const USERS = ["hosts.service.user", "hosts.service.group"];
const IDS = ["uid", "gid"] as const;

const USER = /^[a-z_][a-z0-9_-]{0,31}$/;
const SHA256 = /^[0-9a-f]{64}$/;
const DIGEST = "a".repeat(64);
/** The number after it means nobody. */
const HIGHEST_ID = 0xfffffffe;

/** What is installed on a host: the release, Java, the user, libfuse. */
export const INSTALLATION_RULES: readonly Rule[] = [
  {
    name: "installation.release-unknown",
    path: ["hosts.release"],
    message: `Where the official tarball of \`version\` is not known (${RELEASED_VERSIONS.filter((version) => !officialRelease(version)).join(", ")}), \`hosts.release\` says which one is installed.`,
    example: { yaml: example('version: "2.9.6"'), at: "hosts.release" },
    *check(config, { target, sound }) {
      const version = config.version ?? DEFAULT_VERSION;
      if (target !== "hosts" || config.hosts?.release !== undefined || !sound("hosts", "release")) return;
      if (!sound("version") || !RELEASED_VERSIONS.some((one) => one === version) || officialRelease(version)) return;
      yield finding(
        ["hosts", "release"],
        `is missing: of ${version} no official tarball is known. Name one, with its SHA-256, or choose another version.`,
      );
    },
  },
  {
    name: "installation.source",
    path: ["hosts.release", "hosts.java"],
    message: "A release is exactly one of `url` and `file`; Java is exactly one of `home`, `url` and `file`.",
    example: { yaml: example(`hosts: { release: { sha256: ${DIGEST} } }`), at: "hosts.release" },
    *check({ hosts }, { sound }) {
      for (const name of ARCHIVES) {
        if (hosts?.[name] === undefined || !sound("hosts", name)) continue;
        const fields = name === "java" ? ["home", "url", "file"] : ["url", "file"];
        const given = fields.filter((field) => Object.hasOwn(hosts[name] ?? {}, field));
        if (given.length === 1) continue;
        const choice = `${fields.slice(0, -1).join(", ")} and ${fields.at(-1) ?? ""}`;
        yield finding(
          ["hosts", name],
          `must have exactly one of ${choice}; it has ${given.length === 0 ? "none" : given.join(" and ")}.`,
        );
      }
    },
  },
  {
    name: "installation.sha256-missing",
    path: DIGESTS,
    message: "What is loaded or copied to a host has a SHA-256.",
    example: { yaml: example("hosts: { release: { file: /srv/alluxio.tar.gz } }"), at: "hosts.release.sha256" },
    *check({ hosts }, { sound }) {
      for (const name of ARCHIVES) {
        const archive = hosts?.[name];
        if (archive === undefined || archive.sha256 !== undefined || !sound("hosts", name)) continue;
        if (archive.url === undefined && archive.file === undefined) continue;
        yield finding(
          ["hosts", name, "sha256"],
          "is missing: without it nobody notices another file than the one you mean. `sha256sum` prints it.",
        );
      }
    },
  },
  {
    name: "installation.sha256",
    path: DIGESTS,
    message: "A SHA-256 is 64 hex digits in lower case.",
    example: {
      yaml: example("hosts: { release: { file: /srv/alluxio.tar.gz, sha256: 12ab } }"),
      at: "hosts.release.sha256",
    },
    *check(config) {
      for (const { path, text } of selectText(config, DIGESTS)) {
        if (SHA256.test(text)) continue;
        const better = text.trim().toLowerCase().split(/\s/)[0] ?? "";
        yield finding(
          path,
          "must be 64 hex digits in lower case, as sha256sum prints them.",
          SHA256.test(better) ? better : undefined,
        );
      }
    },
  },
  {
    name: "installation.url",
    path: URLS,
    message: "An archive is loaded from an `https://` or `http://` URL without spaces and without credentials.",
    example: {
      yaml: example(`hosts: { release: { url: "ftp://example.org/alluxio.tar.gz", sha256: ${DIGEST} } }`),
      at: "hosts.release.url",
    },
    *check(config) {
      for (const { path, text } of selectText(config, URLS)) {
        if (hasSecretInUri(text) || /^https?:\/\/[^/]*@/.test(text)) {
          yield finding(
            path,
            "carries a credential in clear. Load the file once, and name it in file; consider the credential known.",
          );
        } else if (!/^https?:\/\/[A-Za-z0-9.-]+(?::\d+)?\/[!-~]+$/.test(text)) {
          yield finding(
            path,
            'must be a URL such as "https://example.org/alluxio.tar.gz", in ASCII and without spaces.',
          );
        }
      }
    },
  },
  {
    name: "installation.file",
    path: FILES,
    message: "The file of an archive is an absolute path or starts with `~/`.",
    example: {
      yaml: example(`hosts: { release: { file: alluxio.tar.gz, sha256: ${DIGEST} } }`),
      at: "hosts.release.file",
    },
    *check(config) {
      for (const { path, text } of selectText(config, FILES)) {
        if (/^~?\/[^\0\r\n]+$/.test(text)) continue;
        yield finding(path, 'must be an absolute path or start with ~/, such as "~/alluxio-2.9.4-bin.tar.gz".');
      }
    },
  },
  {
    name: "installation.user",
    path: USERS,
    message: "The service user and its group are Unix names of at most 32 characters, and not root.",
    example: { yaml: example("hosts: { service: { user: root } }"), at: "hosts.service.user" },
    *check(config) {
      for (const { path, text } of selectText(config, USERS)) {
        if (text === "root") {
          yield finding(path, "is root: no process of Alluxio needs that. Name a user of its own.", "alluxio");
        } else if (!USER.test(text)) {
          yield finding(path, "is not a Unix name: lower-case letters, digits, - and _, from a letter, at most 32.");
        }
      }
    },
  },
  {
    name: "installation.id",
    path: IDS.map((id) => `hosts.service.${id}`),
    message: `The numbers of the service user and its group are from 1 to ${HIGHEST_ID}.`,
    example: { yaml: example("hosts: { service: { uid: 0 } }"), at: "hosts.service.uid" },
    *check({ hosts }) {
      for (const name of IDS) {
        const id = hosts?.service?.[name];
        if (id === undefined || (id >= 1 && id <= HIGHEST_ID)) continue;
        yield finding(["hosts", "service", name], `must be from 1 to ${HIGHEST_ID}${id === 0 ? "; 0 is root" : ""}.`);
      }
    },
  },
  {
    name: "installation.libfuse",
    path: ["hosts.libfuse"],
    message: "The version of libfuse is 2 or 3.",
    example: { yaml: example("hosts: { libfuse: 4 }"), at: "hosts.libfuse" },
    *check({ hosts }) {
      if (hosts?.libfuse === undefined || hosts.libfuse === 2 || hosts.libfuse === 3) return;
      yield finding(["hosts", "libfuse"], "must be 2 or 3: those that Alluxio has native code for.");
    },
  },
];
