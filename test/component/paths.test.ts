import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ClusterConfig } from "../../components/spec/config";
import { parseSpec } from "../../components/spec/parse";
import { SMALL } from "../support/specs";
import { anyString, RAN, sample } from "../support/strings";
import { make, startMocks } from "./world";

beforeAll(startMocks);

const folder = mkdtempSync(join(tmpdir(), "alluxio-paths-"));
afterAll(() => rmSync(folder, { recursive: true }));
/** In place of the docker command: tells its arguments, one a line. */
beforeAll(() => {
  writeFileSync(join(folder, "docker"), `#!/bin/sh\nprintf '%s\\n' "$@"\n`);
  chmodSync(join(folder, "docker"), 0o755);
});

/** Runs the command that makes paths as the command plugin does. @returns the arguments of docker */
function run(create: string, environment: Readonly<Record<string, string>>): string[] {
  const path = `${folder}:${process.env["PATH"] ?? ""}`;
  // A folder of files that a `*` would match.
  const { stdout } = spawnSync("/bin/sh", ["-c", create], { cwd: folder, env: { ...environment, PATH: path } });
  return stdout.toString().trim().split("\n");
}

test("any path reaches Alluxio's command line as one argument, or is refused", async () => {
  const configOf = (texts: readonly string[]): ClusterConfig => ({
    ...SMALL,
    dataSets: texts.map((text, i) => ({ name: `d${i}`, path: `/p${i}/${text}` })),
  });
  const strings = [...new Set(sample(anyString, 200))];
  const texts = strings.filter((text) => !parseSpec(configOf([text]), { stack: "dev" }).problems);
  expect([texts.length > 20, strings.length - texts.length > 50]).toEqual([true, true]);

  const { resources } = await make(configOf(texts));
  const command = resources.find(({ name }) => name === "dev-paths")!.inputs as {
    create: string;
    environment: Record<string, string>;
  };
  const given = run(command.create, command.environment);
  expect(given.slice(0, 4)).toEqual(["exec", "dev-master-1-3f9c", "sh", "-c"]);
  expect(given.slice(6)).toEqual(expect.arrayContaining(texts.map((text, i) => `/p${i}/${text}`)));
  expect(existsSync(RAN)).toBe(false);

  // What the rules keep away would be taken apart, and this would see it.
  expect(run(command.create, { ...command.environment, ALLUXIO_PATHS: "*" }).slice(6)).toEqual(["docker"]);
});
