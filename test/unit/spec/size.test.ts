import fc from "fast-check";
import { Size } from "../../../components/spec/size";

test.each([
  ["1GB", 1024],
  ["1GiB", 1024],
  ["1g", 1024],
  ["1 gb", 1024],
  ["62.51GB", 64010],
  ["100.00GB", 102400],
  ["1.5MB", 1],
  ["1048576B", 1],
  ["1024KB", 1],
  ["1TB", 1024 * 1024],
  ["1PB", 1024 ** 3],
])("%s is %d MiB", (text, mebibytes) => {
  expect(Size.parse(text)?.mebibytes).toBe(mebibytes);
});

test.each([
  "",
  "-1",
  "-1GB",
  "1.5.2GB",
  "10XB",
  "0",
  "0GB",
  "100",
  "GB",
  "1e3GB",
  ".5GB",
  "1,5GB",
  "1023KB",
  "8PB",
  "NaNGB",
])("%p is no size", (text) => {
  expect(Size.parse(text)).toBeUndefined();
});

const mebibytes = fc.integer({ min: 1, max: 2 ** 32 });

test("a size reads back what it writes", () => {
  fc.assert(
    fc.property(mebibytes, (count) => {
      expect(Size.parse(Size.ofMebibytes(count).toString())).toEqual(Size.ofMebibytes(count));
    }),
  );
});

test("a size that was read reads back what it writes", () => {
  const text = fc.tuple(
    fc.integer({ min: 1, max: 8000 }),
    fc.integer({ min: 0, max: 99 }),
    fc.constantFrom("MB", "GB", "TB"),
  );
  fc.assert(
    fc.property(text, ([whole, hundredths, unit]) => {
      const size = Size.parse(`${whole}.${String(hundredths).padStart(2, "0")}${unit}`);
      expect(size).toBeDefined();
      expect(Size.parse(String(size))).toEqual(size);
    }),
  );
});

test("more text is no less: sizes are monotone", () => {
  const number = fc.double({ min: 1, max: 100000, noNaN: true }).map((value) => Number(value.toFixed(3)));
  fc.assert(
    fc.property(number, number, fc.constantFrom("MB", "GB"), (left, right, unit) => {
      const [low, high] = left <= right ? [left, right] : [right, left];
      const [lower, higher] = [Size.parse(`${low}${unit}`), Size.parse(`${high}${unit}`)];
      expect(lower?.mebibytes).toBeLessThanOrEqual(higher?.mebibytes ?? -1);
    }),
  );
});

test("sizes are rounded down: never more than what was written, and by less than one MiB", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1024, max: 2 ** 40 }), (kibibytes) => {
      const bytes = Size.parse(`${kibibytes}KB`)?.bytes ?? -1;
      expect(bytes).toBeLessThanOrEqual(kibibytes * 1024);
      expect(bytes).toBeGreaterThan(kibibytes * 1024 - 1024 * 1024);
    }),
  );
});

test("sizes of MiB are counted, not rounded", () => {
  expect(() => Size.ofMebibytes(1.5)).toThrow(RangeError);
  expect(() => Size.ofMebibytes(-1)).toThrow(RangeError);
  expect(Size.ofMebibytes(512).plus(Size.ofMebibytes(512)).toString()).toBe("1GB");
});
