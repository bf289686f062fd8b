import { applyPatch } from "../../../scripts/setup/go-build";
import { nodeLanguageHost } from "../../../scripts/setup/node-language-host";
import { SetupProblem } from "../../../scripts/setup/problem";

const PATCH = { module: "m", file: "main.go", text: "old()", by: "new($&)" };

test("a patch replaces one place, and nothing in it means anything special", () => {
  expect(applyPatch("a old() b", PATCH)).toBe("a new($&) b");
});

test.each([
  ["sources that do not hold it", "a b"],
  ["sources that hold it twice", "old() old()"],
])("%s are refused", (_, source) => {
  expect(() => applyPatch(source, PATCH)).toThrow(SetupProblem);
});

test("the language host hands the engine's own address on", () => {
  expect(nodeLanguageHost("/p").patch).toMatchObject({
    by: expect.stringContaining("req.GetMonitorAddress()") as string,
  });
});
