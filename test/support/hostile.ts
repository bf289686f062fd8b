/** Texts that a careless regular expression takes for ever to refuse. */
export const hostileTexts = (length: number): Readonly<Record<string, string>> => {
  const of = (piece: string): string => piece.repeat(Math.ceil(length / piece.length));
  return {
    letters: of("a"),
    digits: `${of("1")}x`,
    decimals: `${of("1")}.${of("1")}GB `,
    spaces: `${of(" ")}x`,
    slashes: `/${of("a/")}`,
    parents: `/${of("../")}`,
    dots: of("a."),
    hyphens: `${of("a-")}!`,
    equals: of("a="),
    commas: of(","),
    lines: of("\n"),
    colons: `s3://${of("a:")}`,
    ats: `s3://${of("a@")}`,
    schemes: of("s3://a:"),
    query: `s3://b?${of("key=")}`,
    questions: of("?key"),
    secrets: `-D${of("secret")}`,
  };
};

/** Values of shapes that no spec has, and that trip careless code: each made anew. */
export const hostileValues = (): Readonly<Record<string, unknown>> => {
  const cyclic: Record<string, unknown> = { workers: [] };
  cyclic["underStorage"] = cyclic;
  let deep: unknown = "bottom";
  for (let depth = 0; depth < 20_000; depth++) deep = depth % 2 === 0 ? [deep] : { workers: deep };
  return {
    cyclic,
    deep,
    getter: Object.defineProperty({}, "workers", { enumerable: true, get: () => { throw new Error("no"); } }), // prettier-ignore
    symbol: Symbol("x"),
    bigint: { workers: [{ name: "a", count: 10n ** 40n }] },
    function: () => undefined,
    date: { workers: new Date(NaN) },
    regexp: /x/,
    map: new Map([["workers", []]]),
    proxy: new Proxy({}, { ownKeys: () => { throw new TypeError("no"); } }), // prettier-ignore
    sparse: { workers: Array.from({ length: 3 }) },
    huge: { workers: [{ name: "a", ramdisk: "1GB", count: Number.MAX_VALUE }], masters: { count: -1e308 } },
    infinite: { masters: { count: Infinity }, ports: { masterWeb: NaN } },
    prototype: JSON.parse(
      '{"__proto__":{"workers":[]},"constructor":{"prototype":{}},"toString":1,"workers":[{"__proto__":1}]}',
    ),
    prototypeMaps: JSON.parse(
      '{"labels":{"__proto__":"a","constructor":"b"},"properties":{"__proto__":"x","hasOwnProperty":"y"}}',
    ),
    manyKeys: Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`key${i}`, i])),
    manyWorkers: {
      workers: Array.from({ length: 300 }, () => ({ name: "a", ramdisk: "1GB" })),
      underStorage: { volume: {} },
    },
  };
};
