import * as fc from "fast-check";
import { renderProperties } from "../../../components/plan/siteProperties";

/** As java.util.Properties.load() reads: Latin-1, the escapes that we write, white space before a value skipped. */
function read(text: string): Record<string, string> {
  expect(text).toMatch(/^[\x20-\x7e\n]*$/);
  return Object.fromEntries(
    text.split("\n").map((line) => {
      const at = line.indexOf("=");
      const value = line.slice(at + 1).replace(/^[ \t\f]+/, "");
      return [
        line.slice(0, at),
        value.replace(/\\(u([0-9a-f]{4})|.)/g, (_, one: string, hex: string) =>
          hex ? String.fromCharCode(parseInt(hex, 16)) : one,
        ),
      ];
    }),
  );
}

test("any value is read back as it was; each property is one line of ASCII", () => {
  const values = fc.array(fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: "grapheme" })), { minLength: 1 });
  fc.assert(
    fc.property(values, (all) => {
      const properties = Object.fromEntries(all.map((value, i) => [`alluxio.k${i}`, value]));
      expect(read(renderProperties(properties))).toEqual(properties);
    }),
  );
});

test("what is plain stays plain: recorded states hold it so", () => {
  expect(renderProperties({ "alluxio.b": "C:\\x y=z:#!", "alluxio.a": "1" })).toBe(
    "alluxio.a=1\nalluxio.b=C:\\\\x y=z:#!",
  );
});
