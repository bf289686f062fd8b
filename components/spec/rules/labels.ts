import { selectText } from "../path";
import { finding, type Rule } from "./rule";

const NAME = /^[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/;
const PREFIX = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/;
const PLACE = ["labels.*"];

/** Prefix of keys → whose it is. */
const RESERVED: Readonly<Record<string, string>> = {
  "alluxio.": "this program",
  "com.docker.": "Docker",
  "io.docker.": "Docker",
  "org.dockerproject.": "Docker",
};

/** Kubernetes' rules, which are stricter than Docker's, so that a spec can change its target. */
export const LABEL_RULES: readonly Rule[] = [
  {
    name: "labels.key",
    path: PLACE,
    message:
      "The key of a label is at most 63 letters, digits, `-`, `_` and `.`, from a letter or digit to one; a DNS name and `/` may stand before it.",
    example: { yaml: 'labels: { "my team": vision }', at: 'labels["my team"]' },
    *check(config) {
      for (const { path } of selectText(config, PLACE)) {
        if (isLabelKey(String(path.at(-1)))) continue;
        yield finding(
          path,
          "is not the key of a label: at most 63 letters, digits, -, _ and ., from a letter or digit to one.",
        );
      }
    },
  },
  {
    name: "labels.value",
    path: PLACE,
    message:
      "The value of a label is empty, or at most 63 letters, digits, `-`, `_` and `.`, from a letter or digit to one.",
    example: { yaml: "labels: { team: computer vision }", at: "labels.team" },
    *check(config) {
      for (const { path, text } of selectText(config, PLACE)) {
        if (text === "" || NAME.test(text)) continue;
        yield finding(path, "must be at most 63 letters, digits, -, _ and ., from a letter or digit to one.");
      }
    },
  },
  {
    name: "labels.reserved",
    path: PLACE,
    message: "Keys that start with `alluxio.` are ours; Docker and Kubernetes have reserved theirs.",
    example: { yaml: "labels: { alluxio.cluster: mine }", at: 'labels["alluxio.cluster"]' },
    *check(config) {
      for (const { path } of selectText(config, PLACE)) {
        const key = String(path.at(-1));
        const [prefix, owner] = Object.entries(RESERVED).find(([one]) => key.startsWith(one)) ?? [];
        const kubernetes = /(^|\.)(kubernetes|k8s)\.io\//.test(key);
        if (prefix !== undefined && owner !== undefined)
          yield finding(path, `is reserved: keys that start with ${prefix} are ${owner}'s.`);
        else if (kubernetes) yield finding(path, "is reserved: it is Kubernetes' own.");
      }
    },
  },
];

function isLabelKey(key: string): boolean {
  const slash = key.indexOf("/");
  if (slash < 0) return NAME.test(key);
  const prefix = key.slice(0, slash);
  return prefix.length <= 253 && PREFIX.test(prefix) && NAME.test(key.slice(slash + 1));
}
