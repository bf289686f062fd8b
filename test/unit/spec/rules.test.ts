import { parse as parseYaml } from "yaml";
import { parseSpec } from "../../../components/spec/parse";
import { RULES } from "../../../components/spec/rules";
import type { Rule } from "../../../components/spec/rules/rule";
import { SMALLEST } from "./samples";

const problemsOf = (rule: Rule) => {
  const overrides: unknown = parseYaml(rule.example.yaml);
  return parseSpec({ ...SMALLEST, ...Object(overrides) }, { stack: rule.example.stack ?? "dev" }).problems ?? [];
};

/** `workers[].tiers[].path` and `labels.*` as regular expressions. */
function matcher(pattern: string): RegExp {
  if (pattern === "**") return /^/;
  const source = pattern
    .replace(/[.[\]]/g, "\\$&")
    .replaceAll("\\[\\]", "\\[\\d+\\]")
    .replaceAll("\\.*", '(?:\\.\\w+|\\["(?:[^"\\\\]|\\\\.)*"\\])');
  return new RegExp(`^${source}$`);
}

test("each rule has a name of its own, which starts with its topic", () => {
  expect(RULES.length).toBeGreaterThan(70);
  expect(new Set(RULES.map((rule) => rule.name)).size).toBe(RULES.length);
  for (const rule of RULES) expect(rule.name).toMatch(/^[a-zA-Z]+\.[a-zA-Z0-9-]+$/);
});

test("no two rules are shown by the same example", () => {
  expect(new Set(RULES.map(({ example }) => `${example.yaml} ${example.stack ?? ""}`)).size).toBe(RULES.length);
});

test("the spec that the examples change is valid by itself", () => {
  expect(parseSpec(SMALLEST, { stack: "dev" }).problems).toBeUndefined();
});

describe.each(RULES.map((rule) => [rule.name, rule] as const))("%s", (_name, rule) => {
  test("refuses its own example, there, and no other rule does", () => {
    expect(problemsOf(rule).map(({ rule: name, path }) => ({ name, path }))).toEqual([
      { name: rule.name, path: rule.example.at },
    ]);
  });

  test("finds it at a place that it documents", () => {
    for (const { path } of problemsOf(rule)) {
      expect(rule.path.filter((pattern) => matcher(pattern).test(path))).not.toEqual([]);
    }
  });

  test("explains itself in sentences", () => {
    expect(rule.message).toMatch(/^[`A-Z].*[.]$/s);
    for (const { message } of problemsOf(rule)) expect(message).toMatch(/^[a-zA-Z].{8,}[^\s.,:]/s);
  });
});
