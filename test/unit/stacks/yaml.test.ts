import { parse } from "yaml";
import { unambiguousYaml } from "../../../stacks/yaml";

/** What YAML 1.1 or 1.2 takes for something else than a text. */
const TEXTS = [
  "yes",
  "no",
  "on",
  "off",
  "y",
  "true",
  "null",
  "~",
  "",
  "0777",
  "0o17",
  "1_000",
  "1e3",
  ".5",
  "12:30:45",
];
const OTHERS = [
  "2026-11-23",
  "=",
  "<<",
  "- a",
  "a: b",
  "# no",
  "*a",
  "&a",
  "!a",
  " a ",
  "a\nb",
  "a\tb",
  '"',
  "'",
  "é€𝄞",
];

test.each(["1.1", "1.2"] as const)(
  "every text is read as that text, as a key and as a value, by YAML %s",
  (version) => {
    const texts = [...TEXTS, ...OTHERS];
    const document = {
      values: texts,
      keys: Object.fromEntries(texts.map((text, i) => [text, i])),
      yes: true,
      count: 3,
    };
    expect(parse(unambiguousYaml(document), { version })).toEqual(document);
  },
);
