import { formatPath, type Segments } from "../path";
import { hasSecretInUri } from "../secrets";
import { normalise } from "./paths";
import { entriesOf, finding, type ConfigDraft, type Rule } from "./rule";
import { isInside } from "./workers";

const SOURCE =
  /^(?:[a-z][a-z0-9+.-]*:\/\/[^\s,\p{Cc}\p{Surrogate}\p{Noncharacter_Code_Point}]+|\/[^\s,\p{Cc}\p{Surrogate}\p{Noncharacter_Code_Point}]*)$/u;
const K8S = "target: kubernetes, underStorage: { path: /nfs }";

export const DATA_SET_RULES: readonly Rule[] = [
  {
    name: "dataSets.overlap",
    path: ["dataSets[].path"],
    message: "No two data sets have the same Alluxio path, nor one within the other.",
    example: { yaml: "dataSets: [{ name: a, path: /sets }, { name: b, path: /sets/b }]", at: "dataSets[1].path" },
    *check(config) {
      const earlier: { path: Segments; directory: string }[] = [];
      for (const { path, directory } of dataSetPaths(config)) {
        for (const other of earlier) {
          const where = formatPath(other.path.slice(0, 2));
          if (directory === other.directory) yield finding(path, `is already the path of ${where}.`);
          else if (isInside(directory, other.directory))
            yield finding(path, `is within ${other.directory}, the path of ${where}.`);
          else if (isInside(other.directory, directory))
            yield finding(path, `holds ${other.directory}, the path of ${where}.`);
        }
        earlier.push({ path, directory });
      }
    },
  },
  {
    name: "dataSets.source-form",
    path: ["dataSets[].source"],
    message:
      "A source is a URI such as `s3://bucket/prefix`, or the absolute path of a directory that every machine sees.",
    example: { yaml: `{ ${K8S}, dataSets: [{ name: a, source: bucket/prefix }] }`, at: "dataSets[0].source" },
    *check({ dataSets }) {
      for (const { value, path } of entriesOf(dataSets, "dataSets")) {
        if (value.source === undefined || SOURCE.test(value.source)) continue;
        yield finding(
          [...path, "source"],
          'must be a URI such as "s3://bucket/prefix", or an absolute path, without spaces, commas and control characters.',
        );
      }
    },
  },
  {
    name: "dataSets.source-secret",
    path: ["dataSets[].source"],
    message: "A source carries no credential.",
    example: { yaml: `{ ${K8S}, dataSets: [{ name: a, source: "s3://id:key@bucket/x" }] }`, at: "dataSets[0].source" },
    *check({ dataSets }) {
      for (const { value, path } of entriesOf(dataSets, "dataSets")) {
        if (value.source === undefined || !hasSecretInUri(value.source)) continue;
        yield finding(
          [...path, "source"],
          "carries a credential in clear. Take it out, and consider it known: it stood in a file.",
        );
      }
    },
  },
  {
    name: "dataSets.source-at-root",
    path: ["dataSets[].path"],
    message: "A data set with a source has a path below `/`, where the root under storage is mounted.",
    example: { yaml: `{ ${K8S}, dataSets: [{ name: a, path: /, source: "s3://bucket/x" }] }`, at: "dataSets[0].path" },
    *check({ dataSets }) {
      for (const { value, path } of entriesOf(dataSets, "dataSets")) {
        if (value.source === undefined || value.path !== "/") continue;
        yield finding([...path, "path"], "is / itself, where the root under storage is mounted: choose a path below.");
      }
    },
  },
];

function* dataSetPaths({ dataSets }: ConfigDraft): Iterable<{ path: Segments; directory: string }> {
  const names = new Set<string>();
  for (const { value, path } of entriesOf(dataSets, "dataSets")) {
    const directory = value.path ?? (value.name === undefined ? undefined : `/datasets/${value.name}`);
    // Two defaults that are equal come from two names that are, which has its own rule.
    const repeatedDefault = value.path === undefined && value.name !== undefined && names.has(value.name);
    if (value.name !== undefined && value.path === undefined) names.add(value.name);
    if (directory?.startsWith("/") && !repeatedDefault)
      yield { path: [...path, "path"], directory: normalise(directory) };
  }
}
