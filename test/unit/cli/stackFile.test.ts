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
