import { hiddenOptions, isHiddenOption } from "../../../components/spec/hidden-options";
import { changedByAlluxio, unfitValue } from "../../../components/spec/property-value";

test.each(["abc", "a b", "'\"$(x)`\\", "$HOME", "ünï 数据 😀", "a\nb", "\u00a0a", "}{", "$ {a}", ""])(
  "%j arrives as it is",
  (text) => {
    expect(changedByAlluxio(text)).toBeUndefined();
  },
);

test.each([
  [" a", "begins or ends with white space"],
  ["a\n", "begins or ends with white space"],
  ["\u0001a", "begins or ends with white space"],
  ["a${b}c", "has ${...} in it"],
  ["${alluxio.home}", "has ${...} in it"],
  ["a\ud800", "has half a character"],
])("%j does not: it %s", (text, why) => {
  expect(changedByAlluxio(text)).toMatch(why);
});

test("a value in a spec may refer to Alluxio's properties, and is one line", () => {
  expect(unfitValue("${alluxio.home}/x")).toBeUndefined();
  expect(unfitValue("${alluxio.home}${user.home}")).toMatch("has ${...} in it");
  expect(unfitValue("a\nb")).toMatch("must be one line");
});

test.each([
  ["s3a.secretKey", "2.8.0", true],
  ["s3a.secretkey", "2.9.4", false],
  ["fs.azure.account.key.me.blob.core.windows.net", "2.9.0", true],
  ["fs.azure.account.key.me.dfs.core.windows.net", "2.9.0", false],
  ["fs.azure.account.key.me.dfs.core.windows.net", "2.9.4", true],
  ["fs.azure.account.key.dfs.core.windows.net", "2.9.4", false],
  ["fs.tos.accessKeySecret", "2.9.5", false],
  ["fs.tos.accessKeySecret", "2.9.6", true],
  ["my.password", "2.9.6", false],
])("%s of %s: hidden is %s", (option, version, hidden) => {
  expect(isHiddenOption(option, version)).toBe(hidden);
  expect(hiddenOptions(version).length).toBeGreaterThan(15);
});
