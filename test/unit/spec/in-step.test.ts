import { readFileSync } from "node:fs";
import { parseSpec } from "../../../components/spec/parse";
import { CLUSTER_SCHEMA, objectSchemas, type Schema } from "../../../components/spec/schema";
import { Size } from "../../../components/spec/size";
import { officialRelease } from "../../../components/spec/versions";
import { readConfigDocs } from "../../../scripts/config-docs";
import { REFERENCE_FILE, renderReference } from "../../../scripts/reference";

const DOCS = readConfigDocs();
const SCHEMAS = [...objectSchemas(CLUSTER_SCHEMA)];
const ALIASES: Readonly<Record<string, string>> = {
  Target: '"docker" | "hosts" | "kubernetes"',
  Contents: '"immutable" | "changing"',
};

/** What a field of this shape is called in TypeScript. */
function typeOf(schema: Schema): string {
  switch (schema.kind) {
    case "string":
    case "text":
      return "string";
    case "size":
      return "SizeString";
    case "integer":
      return "number";
    case "boolean":
      return "boolean";
    case "enum":
      return schema.values.map((value) => JSON.stringify(value)).join(" | ");
    case "list":
      return `${typeOf(schema.of)}[]`;
    case "map":
      return `Record<string, ${typeOf(schema.of)}>`;
    case "object":
      return schema.type;
  }
}

describe("the schema is in step with config.ts", () => {
  test("it has every interface, and no other", () => {
    expect(new Set(SCHEMAS.map(({ schema }) => schema.type))).toEqual(new Set(DOCS.map((doc) => doc.name)));
  });

  test.each(DOCS.map((doc) => [doc.name, doc] as const))(
    "%s has the same fields, types and requirements",
    (name, doc) => {
      const inSchema = SCHEMAS.filter(({ schema }) => schema.type === name).map(({ schema }) =>
        Object.entries(schema.fields).map(([field, { required, schema: shape }]) => [field, typeOf(shape), required]),
      );
      const inTypes = doc.fields.map((field) => [field.name, ALIASES[field.type] ?? field.type, !field.optional]);
      expect(inSchema).toEqual([inTypes]);
    },
  );

  test("the words that Target and Contents allow are those that config.ts writes", () => {
    const source = readFileSync(require.resolve("../../../components/spec/config"), "utf8");
    for (const [alias, words] of Object.entries(ALIASES)) expect(source).toContain(`export type ${alias} = ${words};`);
  });
});

describe("the defaults are those that config.ts documents", () => {
  const { spec } = parseSpec(
    {
      workers: [{ name: "small", ramdisk: "1GB", tiers: [] }],
      underStorage: { volume: {} },
      mounts: [{ name: "data" }],
      dataSets: [{ name: "data" }],
    },
    { stack: "dev" },
  );
  const literals = SCHEMAS.flatMap(({ pattern, schema }) =>
    (DOCS.find((doc) => doc.name === schema.type)?.fields ?? []).flatMap((field) => {
      const path = pattern === "" ? field.name : `${pattern}.${field.name}`;
      return field.default === undefined ? [] : [{ path, written: field.default }];
    }),
  );
  const isLiteral = (text: string): boolean => /^("[^"]*"|\d+|true|false)$/.test(text);

  test.each(literals.filter(({ written }) => isLiteral(written)).map(({ path, written }) => [path, written]))(
    "%s is %s",
    (path, written) => {
      // The spec says for a volume under storage itself whether it is kept.
      const steps = path.replace("underStorage.volume.", "underStorage.").replaceAll("[]", ".0").split(".");
      let value: unknown = spec;
      for (const step of steps) value = Reflect.get(Object(value), step);
      const expected: unknown = JSON.parse(written.replace("<version>", "2.9.4").replace("<name>", "data"));
      expect(value instanceof Size ? value : { literal: value }).toEqual(
        value instanceof Size ? Size.parse(String(expected)) : { literal: expected },
      );
    },
  );

  test("those that are no literals are these, and have tests of their own", () => {
    const words = literals.filter(({ written }) => !isLiteral(written)).map(({ path }) => path);
    expect(words).toEqual([
      "name",
      "masters",
      "mounts",
      "dataSets",
      "proxy",
      "properties",
      "jvmOptions",
      "labels",
      "confirm",
      "workers[].tiers",
      "workers[].ssh.user",
      "workers[].ssh.port",
      "workers[].ssh.key",
      "workers[].ssh.agent",
      "workers[].ssh.credentials",
      "workers[].ssh.bastion",
      "underStorage.credentials",
      "underStorage.options",
      "mounts[].mountPoint",
      "mounts[].workers",
      "mounts[].options",
      "dataSets[].source",
      "ports.published",
      "docker.host",
      "hosts.user",
      "hosts.port",
      "hosts.key",
      "hosts.agent",
      "hosts.credentials",
      "hosts.bastion",
      "hosts.addresses",
      "hosts.bastions",
      "hosts.gone",
      "hosts.release",
      "hosts.java",
      "hosts.addresses.*.user",
      "hosts.addresses.*.port",
      "hosts.addresses.*.key",
      "hosts.addresses.*.agent",
      "hosts.addresses.*.credentials",
      "hosts.addresses.*.bastion",
      "hosts.addresses.*.address",
      "hosts.addresses.*.hostKey",
      "hosts.bastions.*.user",
      "hosts.bastions.*.port",
      "hosts.bastions.*.key",
      "hosts.bastions.*.agent",
      "hosts.bastions.*.credentials",
      "hosts.bastions.*.bastion",
      "hosts.bastions.*.address",
      "hosts.bastions.*.hostKey",
      "hosts.service.group",
      "hosts.service.uid",
      "hosts.service.gid",
      "kubernetes.context",
      "kubernetes.namespace",
      "kubernetes.storageClass",
    ]);
    expect(literals.length - words.length).toBeGreaterThan(30);
  });

  test("a default in words is what the words say", () => {
    expect(spec).toMatchObject({
      name: "dev",
      masters: { count: 1, hosts: [] },
      dataSets: [{ name: "data" }],
      proxy: { enabled: false },
      properties: {},
      jvmOptions: [],
      labels: {},
      confirm: [],
      workers: [{ tiers: [] }],
      underStorage: { credentials: {}, options: {} },
      mounts: [{ workers: ["small-1"] }],
      hosts: {
        addresses: {},
        bastions: {},
        gone: [],
        release: officialRelease("2.9.4"),
        service: { group: "alluxio" },
      },
      kubernetes: { namespace: "dev" },
    });
    for (const [value, absent] of [
      [spec?.mounts[0], "mountPoint"],
      [spec?.mounts[0], "options"],
      [spec?.dataSets[0], "source"],
      [spec?.ports, "published"],
      [spec?.docker, "host"],
      [spec?.hosts, "java"],
      [spec?.hosts.service, "uid"],
      [spec?.hosts.service, "gid"],
      ...["user", "port", "key", "agent", "credentials", "bastion"].flatMap(
        (field) =>
          [
            [spec?.hosts, field],
            [spec?.workers[0]?.ssh, field],
          ] as const,
      ),
      [spec?.kubernetes, "context"],
      [spec?.kubernetes, "storageClass"],
    ] as const) {
      expect(value).toBeDefined();
      expect(value).not.toHaveProperty(absent);
    }
  });
});

test("docs/reference.md is what `npm run docs` writes", () => {
  expect(readFileSync(REFERENCE_FILE, "utf8")).toBe(renderReference());
});
