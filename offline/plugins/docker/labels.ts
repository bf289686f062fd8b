import type { Shape } from "../rpc/schema";
import { text } from "../rpc/schema";
import { objectsOf, textOf, type Json } from "../rpc/values";

export const labelList: Shape = {
  is: "list",
  order: "free",
  of: {
    is: "object",
    fields: { label: { shape: text, required: true }, value: { shape: text, required: true } },
  },
};

/** `[{label, value}]` as Docker wants it. */
export function labelsToMap(labels: Json | undefined): Record<string, string> {
  return Object.fromEntries(
    objectsOf(labels).map((item) => [textOf(item["label"]) ?? "", textOf(item["value"]) ?? ""]),
  );
}

/** Docker's map as the SDK shows it, sorted by name. */
export const labelsFromMap = (labels: Readonly<Record<string, string>> | null | undefined): Json =>
  Object.entries(labels ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([label, value]) => ({ label, value }));
