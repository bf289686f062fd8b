import type { ShapeRule } from "../shape";
import { finding, type Rule, type RuleExample } from "./rule";

/** A row for what the comparison with the schema finds. */
function shapeRule(name: ShapeRule, message: string, example: RuleExample): Rule {
  return {
    name,
    path: ["**"],
    message,
    example,
    *check(_config, { shape }) {
      for (const found of shape) {
        if (found.rule === name) yield finding(found.path, found.message, found.suggestion);
      }
    },
  };
}

export const SHAPE_RULES: readonly Rule[] = [
  shapeRule("shape.key", "Only the fields of this page exist; a typo gets the nearest name.", {
    yaml: "workers: [{ name: small, ramdisk: 1GB, cout: 2 }]",
    at: "workers[0].cout",
  }),
  shapeRule("shape.type", "A value has the type of its field.", {
    yaml: 'masters: { count: "3" }',
    at: "masters.count",
  }),
  shapeRule("shape.quote", "What YAML reads as a number or as true or false, and is a text here, stands in quotes.", {
    yaml: "version: 2.9",
    at: "version",
  }),
  shapeRule("shape.empty", "A field that is written has a value.", { yaml: "mounts:", at: "mounts" }),
  shapeRule("shape.required", "A required field is there.", {
    yaml: "workers: [{ name: small }]",
    at: "workers[0].ramdisk",
  }),
  shapeRule("shape.value", "Where a field allows certain words, it has one of them.", {
    yaml: "target: dokcer",
    at: "target",
  }),
];
