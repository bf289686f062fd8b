import { hiddenOptions, isHiddenOption } from "../../components/spec/hidden-options";
import { hasSecretInUri, isSecretName, maskText } from "../../components/spec/secrets";
import { RELEASED_VERSIONS } from "../../components/spec/versions";
import { SECRET, type FoundProperties, type FoundValue } from "./facts";

export const ROOT_OPTION = "alluxio.master.mount.table.root.option.";
const NEWEST = RELEASED_VERSIONS.at(-1) ?? "";

/** The name of an option of the under storage, also where it is a property of the root mount. */
export const optionNameOf = (property: string): string =>
  property.startsWith(ROOT_OPTION) ? property.slice(ROOT_OPTION.length) : property;

/** Whether a property is a credential by its name, or Alluxio itself hides it. */
export const isCredential = (property: string): boolean =>
  isSecretName(property) || isHiddenOption(optionNameOf(property), NEWEST) || hiddenOptions(NEWEST).includes(property);

/** A value to keep: nothing of a credential, nor of a URI with one in it. */
export const keepable = (name: string, value: string): FoundValue =>
  isCredential(name) || hasSecretInUri(value) || value.includes("PRIVATE KEY") ? SECRET : value;

export const keepableProperties = (properties: Readonly<Record<string, string>>): FoundProperties =>
  Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, keepable(name, value)]));

/** An option of a JVM, or an argument, without what would be a credential. */
export const keepableWord = (word: string): string => maskText(word);

export const isKnown = (value: FoundValue | undefined): value is string => typeof value === "string";
