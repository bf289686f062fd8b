import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { RULES } from "../components/spec/rules";
import { DECIDED_PROPERTIES } from "../components/spec/rules/decided-properties";
import type { Rule } from "../components/spec/rules/rule";
import { CLUSTER_SCHEMA, objectSchemas, type Schema } from "../components/spec/schema";
import { readConfigDocs, type FieldDoc } from "./config-docs";

export const REFERENCE_FILE = join(__dirname, "..", "docs", "reference.md");

const HEAD = `<!-- Generated from components/spec by \`npm run docs\`. Do not edit. -->

# Reference of the spec

Everything that can stand under \`alluxio:cluster\` in \`Pulumi.<stack>.yaml\`. The smallest spec:

\`\`\`yaml
config:
  alluxio:cluster:
    workers:
      - name: small
        ramdisk: 1GB
    underStorage:
      volume: {}
\`\`\`

The same may stand in a file of its own, without the two lines around it, which \`alluxio:clusterFile\` names from the folder of \`Pulumi.yaml\` on:

\`\`\`yaml
config:
  alluxio:clusterFile: fleet.yaml
\`\`\`

Every mistake in a spec is reported at once, before anything is touched.

A _size_ is in Alluxio's own notation: base 1024, so \`1GB\` is 1,073,741,824 bytes, rounded down to a whole MiB. Units: B, KB, MB, GB, TB, PB, also K/M/G/T/P and KiB/MiB/GiB/TiB/PiB, in upper or lower case.
`;

/** The reference page: every field from the comments of config.ts, every rule from the table of rules. */
export function renderReference(): string {
  return [HEAD, ...renderSections(), renderDecided(), renderRules()].join("\n");
}

function renderSections(): string[] {
  const docs = new Map(readConfigDocs().map((doc) => [doc.name, doc]));
  return [...objectSchemas(CLUSTER_SCHEMA)].map(({ pattern, schema }) => {
    const doc = docs.get(schema.type);
    if (doc === undefined) throw new Error(`config.ts has no interface ${schema.type}`);
    const fields = doc.fields.map((field) => {
      const shape = schema.fields[field.name]?.schema;
      if (shape === undefined) throw new Error(`the schema has no ${schema.type}.${field.name}`);
      return renderField(pattern === "" ? field.name : `${pattern}.${field.name}`, field, shape);
    });
    const text = pattern === "" || doc.text === "" ? "" : `${doc.text}\n\n`;
    return `## ${pattern === "" ? "The cluster" : code(pattern)}\n\n${text}${fields.join("\n")}`;
  });
}

function renderField(path: string, field: FieldDoc, schema: Schema): string {
  const lines = [`- Type: ${typeName(schema)}${field.optional ? "" : ", required"}`];
  if (field.default !== undefined) lines.push(`- Default: ${literal(field.default)}`);
  if (field.allowed !== undefined) lines.push(`- Allowed: ${field.allowed}`);
  if (field.example !== undefined) lines.push(`- Example: ${literal(field.example)}`);
  const text = field.text === "" ? "" : `${field.text}\n\n`;
  return `### ${code(path)}\n\n${text}${lines.join("\n")}\n`;
}

function typeName(schema: Schema): string {
  switch (schema.kind) {
    case "string":
    case "text":
      return "text";
    case "integer":
      return "whole number";
    case "boolean":
      return "true or false";
    case "size":
      return "size";
    case "enum":
      return schema.values.map((value) => code(JSON.stringify(value))).join(" or ");
    case "list":
      return `list of ${plural(schema.of)}`;
    case "map":
      return `map of names to ${plural(schema.of)}`;
    case "object":
      return "fields (below)";
  }
}

function plural(schema: Schema): string {
  return schema.kind === "object" ? "entries (below)" : `${typeName(schema)}s`;
}

/** Values in code; words, such as "none", as they are. */
function literal(text: string): string {
  return /^["[{]|^\d+$|^(true|false)$/.test(text) ? code(text) : text;
}

function renderDecided(): string {
  const rows = DECIDED_PROPERTIES.map(({ property, field, only }) => {
    const where = only === undefined ? "" : ` (target ${only})`;
    return `- ${code(property)}: ${field === undefined ? "the program itself" : code(field)}${where}`;
  });
  const intro = "They are refused in `properties`, for one field decides each. A `*` stands for all that start so.";
  return `## Properties that follow from the spec\n\n${intro}\n\n${rows.join("\n")}\n`;
}

function renderRules(): string {
  const topics = new Map<string, Rule[]>();
  for (const rule of RULES) {
    const topic = rule.name.split(".")[0] ?? rule.name;
    topics.set(topic, [...(topics.get(topic) ?? []), rule]);
  }
  const sections = [...topics].map(([topic, rules]) => `### Rules: ${topic}\n\n${rules.map(renderRule).join("\n")}\n`);
  return `## Rules\n\nWhat a spec is held to, and what each rule refuses.\n\n${sections.join("\n")}`;
}

function renderRule(rule: Rule): string {
  const anywhere = rule.path.includes("**");
  const places = anywhere ? "anywhere" : rule.path.map(code).join(", ");
  const stack = rule.example.stack === undefined ? "" : `, stack ${code(rule.example.stack)}`;
  return [
    `- **${code(rule.name)}**: ${rule.message}`,
    `  - Where: ${places}`,
    `  - Refused: ${code(rule.example.yaml)} at ${code(rule.example.at)}${stack}`,
  ].join("\n");
}

function code(text: string): string {
  return text.includes("`") ? `\`\` ${text} \`\`` : `\`${text}\``;
}

if (require.main === module) writeFileSync(REFERENCE_FILE, renderReference());
