import * as fc from "fast-check";

/** What shells, property files and URLs treat in a way of their own, each harmless where it is carried as it is. */
const NASTY = [
  "$(touch /tmp/alluxio-ran)",
  "`touch /tmp/alluxio-ran`",
  ";touch /tmp/alluxio-ran;",
  "&&touch${IFS}/tmp/alluxio-ran",
  "'; touch /tmp/alluxio-ran; '",
  '"; touch /tmp/alluxio-ran; "',
  "a\ntouch /tmp/alluxio-ran",
  "a b  c",
  " a",
  "a ",
  "\ta",
  "*",
  "/*",
  "?",
  "[a-z]*",
  "~",
  "~root",
  "$HOME",
  "${HOME}",
  "${alluxio.home}/x",
  "%s%n",
  "\\",
  "\\\\",
  "\\n",
  "\\u0041",
  "a\\",
  "'",
  '"',
  "''",
  '"a b"',
  "#a",
  "!a",
  "!!",
  "=a",
  ":a",
  "a=b:c",
  "--help",
  "-n",
  "a,b",
  "{a,b}",
  "<a>",
  "a|b",
  "(a)",
  "&",
  "ünï",
  "数据",
  "😀",
  "\u0001",
  "\u007f",
  "\u00a0",
  "\ud800",
  "",
];

/** Strings as nobody should write them, with the ordinary ones among them. */
export const anyString: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...NASTY) },
  {
    weight: 2,
    arbitrary: fc
      .array(fc.constantFrom(...NASTY, "a", "B", "7"), { minLength: 2, maxLength: 3 })
      .map((all) => all.join("")),
  },
  { weight: 2, arbitrary: fc.string({ unit: "grapheme", maxLength: 20 }) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 20 }) },
  { weight: 2, arbitrary: fc.stringMatching(/^[!-~]{1,20}$/) },
  { weight: 2, arbitrary: fc.stringMatching(/^[A-Za-z0-9._@+=~/-]{1,20}$/) },
);

/** The same ones at each run: a failure can be repeated, and what a rule refuses is known. */
export const sample = <T>(arbitrary: fc.Arbitrary<T>, numRuns: number): T[] =>
  fc.sample(arbitrary, { seed: 4, numRuns });

export const RAN = "/tmp/alluxio-ran";
