import * as fc from "fast-check";
import { Seal, seal, sealingKey } from "../../../provider/sealing";
import { formsIn, newCanary } from "../../support/canary/needles";
import { notes } from "./fakes";

test("whoever holds the key opens any text; nobody else does", () => {
  const [own, other] = [new Seal(), new Seal()];
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      const sealed = seal(text, own.publicKey);
      expect(own.open(sealed)).toBe(text);
      expect(other.open(sealed)).toBeUndefined();
    }),
    { numRuns: 20 },
  );
});

test("what is sealed shows nothing of it, not even that it is the same again", () => {
  const [own, canary] = [new Seal(), newCanary()];
  const [once, again] = [seal(canary.value, own.publicKey), seal(canary.value, own.publicKey)];
  expect(once).not.toBe(again);
  expect(formsIn(canary, once)).toEqual([]);
});

test.each(["", "x", "a.b", "é"])("%j was never sealed", (text) => {
  expect(new Seal().open(text)).toBeUndefined();
});

test("a sealed text that was changed is refused", () => {
  const own = new Seal();
  const sealed = seal("value", own.publicKey);
  const another = sealed.at(-3) === "A" ? "B" : "A";
  expect(own.open(sealed.slice(0, -3) + another + sealed.slice(-2))).toBeUndefined();
});

test("a program asks for the key, and gets the public half", async () => {
  const own = new Seal();
  const { publicKey } = await sealingKey(own).call({ args: {}, progress: notes() });
  expect(own.open(seal("value", publicKey))).toBe("value");
});
