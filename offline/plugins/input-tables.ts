import { localSchema, remoteSchema } from "./command/command-schema";
import { containerSchema } from "./docker/container-schema";
import { networkSchema } from "./docker/network";
import { volumeSchema } from "./docker/volume";
import type { Property, ResourceSchema, Shape } from "./rpc/schema";

const SCHEMAS = [networkSchema, volumeSchema, containerSchema, localSchema, remoteSchema];

/** The inputs that the stand-ins take, for docs/offline.md: the same tables that drive their checks and diffs. */
export const inputTables = (): string => SCHEMAS.map(table).join("\n\n");

function table(schema: ResourceSchema): string {
  const order = schema.deleteBeforeReplace ? "the old one is deleted first" : "the new one is created first";
  const rows = Object.entries(schema.properties).map(([name, property]) => row(name, property));
  return [
    `\`${schema.token}\` (in a replacement ${order}):`,
    "",
    "| input | takes | a change | refresh | note |",
    "| --- | --- | --- | --- | --- |",
    ...rows,
  ].join("\n");
}

function row(name: string, property: Property): string {
  const note = [
    property.required === true ? "required" : "",
    property.default === undefined ? "" : `default \`${JSON.stringify(property.default)}\``,
    property.note ?? "",
  ];
  const cells = [
    `\`${name}\``,
    shapeText(property.shape),
    property.change === "replace" ? "replaces" : "updates",
    property.read === "compared" ? "compares" : "does not look",
    note.filter((part) => part !== "").join("; "),
  ];
  return `| ${cells.join(" | ")} |`;
}

function shapeText(shape: Shape): string {
  switch (shape.is) {
    case "string":
      return shape.allowed === undefined ? "text" : shape.allowed.map((value) => `\`${value}\``).join(", ");
    case "integer":
      return "whole number";
    case "boolean":
      return "true, false";
    case "any":
      return "anything";
    case "map":
      return `map of ${shapeText(shape.of)}`;
    case "list":
      return `list${shape.order === "free" ? " in any order" : ""} of ${shapeText(shape.of)}`;
    case "object":
      return `{${Object.keys(shape.fields).join(", ")}}`;
  }
}
