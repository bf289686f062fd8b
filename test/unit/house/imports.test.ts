import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join, posix } from "node:path";

const PROJECT = join(__dirname, "../../..");

/** A file that may be there or not, one import in it, and whether the rule lets it pass. */
const CASES: readonly (readonly [file: string, imported: string, allowed: boolean])[] = [
  ["components/plan/example.ts", "../spec/size", true],
  ["components/plan/example.ts", "./names", true],
  ["components/plan/example.ts", "../../provider/rpc/changes", false],
  ["components/plan/example.ts", "../../provider/resources/membership", false],
  ["components/plan/example.ts", "../docker/labels", false],
  ["components/spec/example.ts", "../plan/names", false],
  ["components/docker/example.ts", "../../provider/classes", true],
  ["components/docker/example.ts", "../../provider/transports/docker", false],
  ["components/docker/example.ts", "../../stacks/docker", false],
  ["provider/rpc/example.ts", "../resources/membership", false],
  ["provider/transports/example.ts", "../../components/plan/ssh/target", true],
  ["provider/transports/example.ts", "../docker/atMost", false],
  ["provider/resources/example.ts", "../../components/plan/check", true],
  ["provider/resources/example.ts", "../../components/docker/cluster", false],
  ["provider/resources/example.ts", "../../operations/observe", false],
  ["stacks/example.ts", "../components/docker/cluster", true],
  ["stacks/example.ts", "../provider/rpc/server", false],
  ["stacks/example.ts", "../operations/ephemeral/reap", false],
  ["stacks/ephemeral/example.ts", "../../operations/ephemeral/reap", true],
  ["stacks/ephemeral/example.ts", "../../cli/terminal", false],
  ["operations/example.ts", "../provider/probes/leader", true],
  ["operations/example.ts", "../cli/alluxioctl", false],
  ["scripts/example.ts", "../offline/plugins/rpc/server", false],
  ["index.ts", "./stacks/docker", true],
  ["index.ts", "./stacks/ephemeral/create", false],
  ["index.ts", "./provider/transports/docker", false],
];

/**
 * ESLint with the project's own configuration, in a process of its own: the configuration is an ES module, which jest
 * does not load. Only the rule in question runs, so no types are needed.
 */
const LINT = `
const { ESLint } = require("eslint");
(async () => {
  const eslint = new ESLint({
    overrideConfig: { files: ["**/*.ts"], languageOptions: { parserOptions: { projectService: false } } },
    ruleFilter: ({ ruleId }) => ruleId === "boundaries/dependencies",
  });
  const answers = [];
  for (const [file, imported] of JSON.parse(process.argv[1])) {
    const [result] = await eslint.lintText("export * from " + JSON.stringify(imported) + ";\\n", { filePath: file });
    answers.push(result.messages.map((message) => message.ruleId ?? message.message));
  }
  process.stdout.write(JSON.stringify(answers));
})();
`;

describe("the lint rule of import directions", () => {
  let answers: string[][] = [];
  beforeAll(() => {
    const run = spawnSync(process.execPath, ["-e", LINT, JSON.stringify(CASES)], { cwd: PROJECT, encoding: "utf8" });
    if (run.status !== 0) throw new Error(run.stderr);
    answers = JSON.parse(run.stdout) as string[][];
  });

  test.each(CASES.map((row, i) => [...row, i] as const))("%s imports %s: allowed is %s", (_, __, allowed, i) => {
    expect(answers[i]).toEqual(allowed ? [] : ["boundaries/dependencies"]);
  });
});

describe("spec and plan", () => {
  const files = ["components/spec", "components/spec/rules", "components/plan", "components/plan/ssh"].flatMap(
    (folder) =>
      readdirSync(join(PROJECT, folder))
        .filter((name) => name.endsWith(".ts"))
        .map((name) => `${folder}/${name}`),
  );
  /** Reads no clock, disk, network or process. */
  const PURE = new Set(["node:util", "node:crypto", "node:path", "fastest-levenshtein"]);

  test("are plain computation: they import nothing that could look at a machine, or at Pulumi", () => {
    const used = files.flatMap((file) => importsOf(file).map((name) => [file, name] as const));
    expect(used.length).toBeGreaterThan(files.length);
    const own = (file: string, name: string): boolean =>
      /^\.{1,2}\//.test(name) && /^components\/(spec|plan)\//.test(posix.join(posix.dirname(file), name));
    expect(used.filter(([file, name]) => !own(file, name) && !PURE.has(name))).toEqual([]);
    for (const [, name] of used) if (name.startsWith("node:")) expect(isBuiltin(name)).toBe(true);
  });

  test("nor do they ask for the time, chance or the environment", () => {
    for (const file of files) {
      expect(readFileSync(join(PROJECT, file), "utf8")).not.toMatch(
        /\bDate\b|Math\.random|\bprocess\.(env|cwd)|\bfetch\(/,
      );
    }
  });
});

const importsOf = (file: string): string[] =>
  [
    ...readFileSync(join(PROJECT, file), "utf8").matchAll(
      /(?:\bfrom|\brequire\(|\bimport\(|\bimport(?= "))\s*"([^"]+)"/g,
    ),
  ].map(([, name]) => name!);
