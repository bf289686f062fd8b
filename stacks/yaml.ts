import { stringify } from "yaml";

/**
 * YAML that every reader takes alike. Pulumi reads YAML 1.1, where the text `yes` is true and `0777` is 511: so every
 * text stands in quotes.
 */
export const unambiguousYaml = (value: unknown): string => stringify(value, { defaultStringType: "QUOTE_DOUBLE" });
