import type { Target } from "../config";
import { select } from "../path";
import { finding, type Rule } from "./rule";

/** Fields that only some targets have; messages end in what to do instead. */
const FIELDS: readonly { path: string; on: readonly Target[]; instead: string }[] = [
  { path: "docker", on: ["docker"], instead: "remove it" },
  { path: "hosts", on: ["hosts"], instead: "remove it" },
  { path: "kubernetes", on: ["kubernetes"], instead: "remove it" },
  { path: "image", on: ["docker", "kubernetes"], instead: "hosts install the release that version names" },
  { path: "masters.hosts", on: ["hosts"], instead: "use masters.count" },
  { path: "masters.journal.path", on: ["hosts"], instead: "the journal is on a volume of its own" },
  { path: "workers[].hosts", on: ["hosts"], instead: "use count" },
  { path: "workers[].ssh", on: ["hosts"], instead: "remove it" },
  { path: "underStorage.volume", on: ["docker"], instead: "use underStorage.path or underStorage.uri" },
  {
    path: "dataSets[].source",
    on: ["hosts", "kubernetes"],
    instead: "on docker a data set is a directory of the root under storage",
  },
  { path: "ports.published", on: ["docker"], instead: "use ports.masterWeb" },
];

export const TARGET_RULES: readonly Rule[] = [
  {
    name: "target.field",
    path: FIELDS.map(({ path }) => path),
    message: `Fields of one target are not set on another: ${FIELDS.map(({ path, on }) => `\`${path}\` (${on.join(", ")})`).join(", ")}.`,
    example: { yaml: "kubernetes: { namespace: a }", at: "kubernetes" },
    *check(config, { target }) {
      if (target === undefined) return;
      const stated = config.target === undefined ? `${target} (the default)` : target;
      for (const { path: pattern, on, instead } of FIELDS) {
        if (on.includes(target)) continue;
        for (const { path } of select(config, pattern)) {
          yield finding(path, `is only for target ${on.join(" or ")}, and target is ${stated}: ${instead}.`);
        }
      }
    },
  },
  {
    name: "docker.host",
    path: ["docker.host"],
    message: "The Docker daemon is `unix:///path`, `tcp://host:port` or `ssh://user@host`.",
    example: { yaml: "docker: { host: /var/run/docker.sock }", at: "docker.host" },
    *check({ docker }) {
      const host = docker?.host;
      if (host === undefined || /^(?:unix:\/\/\/|tcp:\/\/[^/]|ssh:\/\/[^/])\S*$/.test(host)) return;
      yield finding(
        ["docker", "host"],
        'must be "unix:///path", "tcp://host:port" or "ssh://user@host".',
        /^\/\S+$/.test(host) ? `unix://${host}` : undefined,
      );
    },
  },
];
