import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readSpec } from "../../../cli/stackFile";
import { UserError } from "../../../provider/rpc/resource";

let project = "";
beforeEach(() => (project = mkdtempSync(join(tmpdir(), "alluxioctl-"))));
afterEach(() => rmSync(project, { recursive: true }));

const write = (stack: string, text: string) => writeFileSync(join(project, `Pulumi.${stack}.yaml`), text);
const refusal = (stack: string): string => {
  try {
    readSpec(project, stack);
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
  return "accepted";
};

const SPEC = `config:
  alluxio:cluster:
    workers: [{ name: small, ramdisk: 1GB }]
    underStorage: { volume: {} }
`;

test("the spec of a stack, by its short and its full name; a cluster without a name takes the stack's", () => {
  write("dev", SPEC);
  expect(readSpec(project, "dev").name).toBe("dev");
  expect(readSpec(project, "acme/alluxio/dev")).toEqual(readSpec(project, "dev"));
});

test("every mistake at once, with its place", () => {
  write("dev", "config:\n  alluxio:cluster:\n    workers: [{ name: small, ramdisk: -1 }]\n    masters: { count: 2 }\n");
  const message = refusal("dev");
  expect(message).toContain("in Pulumi.dev.yaml (alluxio:cluster):");
  for (const place of ["masters.count", "workers[0].ramdisk", "underStorage"]) expect(message).toContain(place);
});

describe("a cluster in a file of its own", () => {
  const own = (text: string, name = "fleet.yaml") => writeFileSync(join(project, name), text);
  const name = (file: string) => write("dev", `config:\n  alluxio:clusterFile: ${file}\n`);

  test("is the same as one in the stack file", () => {
    write("dev", SPEC);
    const inside = readSpec(project, "dev");
    name("fleet.yaml");
    own("workers: [{ name: small, ramdisk: 1GB }]\nunderStorage: { volume: {} }\n");
    expect(readSpec(project, "dev")).toEqual(inside);
    // From the folder of Pulumi.yaml on, wherever the stack file is.
    const elsewhere = mkdtempSync(join(tmpdir(), "elsewhere-"));
    try {
      writeFileSync(join(elsewhere, "x.yaml"), "config: { alluxio:clusterFile: fleet.yaml }\n");
      expect(readSpec(project, "dev", join(elsewhere, "x.yaml"))).toEqual(inside);
    } finally {
      rmSync(elsewhere, { recursive: true });
    }
  });

  test("has its mistakes told by its own name", () => {
    name("fleet.yaml");
    own("workers: []\n");
    expect(refusal("dev")).toMatch(/^\d mistakes in fleet.yaml:\n/);
  });

  test.each([
    ["[a]", undefined, "alluxio:clusterFile in Pulumi.dev.yaml is a list, not the path of a file"],
    ["", undefined, "alluxio:clusterFile in Pulumi.dev.yaml is empty, not the path of a file"],
    ['""', undefined, "alluxio:clusterFile in Pulumi.dev.yaml is empty, not the path of a file"],
    [
      "fleet.yaml",
      undefined,
      /^fleet\.yaml cannot be read: ENOENT: .* \(alluxio:clusterFile in Pulumi\.dev\.yaml names it\)$/,
    ],
    ["fleet.yaml", "a: [hunter2\nb: }\n", /^fleet\.yaml cannot be read: .* at line \d.*names it\)$/],
    [
      "fleet.yaml\n  alluxio:cluster: {}",
      "{}",
      "Pulumi.dev.yaml has both alluxio:cluster and alluxio:clusterFile: a cluster stands in one place, so take one of them out",
    ],
  ])("named as %j, which holds %j, is refused", (file, text, message) => {
    if (text !== undefined) own(text);
    name(file);
    expect(refusal("dev")).toMatch(message);
    expect(refusal("dev")).not.toContain("hunter2");
  });
});

test("a file without a cluster", () => {
  write("dev", "config: {}\n");
  expect(refusal("dev")).toContain("Pulumi.dev.yaml");
});

test("a file that is no YAML is told by its line, and nothing of it is shown", () => {
  write("dev", "config:\n  a: [hunter2\n  b: }\n");
  expect(refusal("dev")).toMatch(/^Pulumi.dev.yaml cannot be read: .* at line \d+/);
  expect(refusal("dev")).not.toContain("hunter2");
});

test("stacks that there are, where the one asked for is not", () => {
  expect(refusal("dev")).toContain("No stack has a config file here.");
  write("ha", SPEC);
  write("alnair", SPEC);
  expect(refusal("dev")).toBe("there is no stack dev: Pulumi.dev.yaml does not exist. Stacks here: alnair, ha.");
});
