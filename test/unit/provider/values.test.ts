import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { fromStruct, isUnknown, plain, toStruct, UNKNOWN, type Properties } from "../../../provider/rpc/values";

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const secret = (value: unknown) => ({ [SIGNATURE]: "1b47061264138c4ac30d75fd1eb44270", value });
const output = (value?: unknown) => ({
  [SIGNATURE]: "d0e6a833031e9bbcd3f4e8bde6ca49a4",
  ...(value === undefined ? {} : { value }),
  secret: false,
  dependencies: ["urn:pulumi:dev::p::t::n"],
});
/** As if the engine had sent it. */
const received = (value: object): Properties => fromStruct(Struct.fromJavaScript(value as Record<string, never>));

describe("what the engine sends", () => {
  test("secrets and outputs lose their wrappers, at any depth", () => {
    expect(received({ a: secret("s"), b: output(1), c: [output(secret({ d: secret(true) }))] })).toEqual({
      a: "s",
      b: 1,
      c: [{ d: true }],
    });
  });

  test("an output without a value is unknown", () => {
    expect(received({ a: output(), b: { c: output() } })).toEqual({ a: UNKNOWN, b: { c: UNKNOWN } });
  });

  test("unknown values stay, inside secrets too", () => {
    expect(received({ a: UNKNOWN, b: secret(UNKNOWN), c: [UNKNOWN] })).toEqual({
      a: UNKNOWN,
      b: UNKNOWN,
      c: [UNKNOWN],
    });
  });

  test("a record of another signature is left as it is", () => {
    const asset = { [SIGNATURE]: "c44067f5952c0a294b673a41bacd8c17", text: "x" };
    expect(received({ asset })).toEqual({ asset });
  });

  test("nothing is an empty record", () => {
    expect(fromStruct(undefined)).toEqual({});
  });
});

describe("what the engine is sent", () => {
  test("comes back as it was, without what is undefined", () => {
    const value = { a: null, b: true, c: -1.5, d: "ü", e: [1, { f: [] }], g: {} };
    expect(fromStruct(toStruct({ ...value, gone: undefined }))).toEqual(value);
  });

  test("plain is a copy", () => {
    const value = { a: { b: 1 } };
    expect(plain(value)).toEqual(value);
    expect(plain(value)["a"]).not.toBe(value.a);
  });
});

test.each<[unknown, boolean]>([
  [UNKNOWN, true],
  [[1, [UNKNOWN]], true],
  [{ a: { b: UNKNOWN } }, true],
  [{ [UNKNOWN]: 1 }, false],
  ["x", false],
  [null, false],
  [undefined, false],
])("isUnknown(%j) is %s", (value, expected) => {
  expect(isUnknown(value)).toBe(expected);
});
