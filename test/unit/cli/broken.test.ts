import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { RULES } from "../../../components/spec/rules";
import type { Problem } from "../../../components/spec/problem";
import { DockerTransport } from "../../../provider/transports/docker";
import { alluxioctl } from "../../support/terminal";

const project = resolve(__dirname, "../../..");
const FOLDERS = { rules: join(project, "test/broken"), yaml: join(project, "test/broken/yaml") };

/** What stands beside a broken file. */
interface Expected {
  /** @default dev */
  readonly stack?: string;
  /** Every mistake, in order. */
  readonly problems?: readonly Problem[];
  /** Where the file is no spec at all. */
  readonly error?: string;
}

const broken = (folder: string): { name: string; file: string; expected: Expected }[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith(".yaml"))
    .map((file) => {
      const name = file.replace(/\.yaml$/, "");
      const expected = JSON.parse(readFileSync(join(folder, `${name}.expected.json`), "utf8")) as Expected;
      return { name, file: join(folder, file), expected };
    });
const ALL = [...broken(FOLDERS.rules), ...broken(FOLDERS.yaml)];

/** A Docker that counts who asks it, and answers nobody. */
const folder = mkdtempSync(join(tmpdir(), "counting-"));
const socket = join(folder, "docker.sock");
let calls = 0;
const counting = createServer((connection) => {
  calls++;
  connection.destroy();
});
const before = process.env["DOCKER_HOST"];
beforeAll(async () => {
  process.env["DOCKER_HOST"] = `unix://${socket}`;
  await new Promise<void>((done) => counting.listen(socket, done));
});
afterAll(async () => {
  if (before === undefined) delete process.env["DOCKER_HOST"];
  else process.env["DOCKER_HOST"] = before;
  await new Promise((done) => counting.close(done));
  rmSync(folder, { recursive: true });
});
beforeEach(() => (calls = 0));

const validate = ({ file, expected }: { file: string; expected: Expected }, ...options: string[]) =>
  alluxioctl(project, "validate", "--stack", expected.stack ?? "dev", "--stack-file", file, ...options);

test("there is a broken file for every rule, and for no other; a third of them have several mistakes", () => {
  const files = broken(FOLDERS.rules);
  expect(files.map(({ name }) => name).sort()).toEqual(RULES.map((rule) => rule.name).sort());
  for (const { name, expected } of files) expect(expected.problems?.map(({ rule }) => rule)).toContain(name);
  const several = ALL.filter(({ expected }) => (expected.problems?.length ?? 0) > 1);
  expect(several.length).toBeGreaterThanOrEqual(ALL.length / 3);
});

test("the counting Docker counts", async () => {
  await expect(new DockerTransport().machineName()).rejects.toThrow();
  expect(calls).toBe(1);
});

test.each(ALL.map((one) => [one.name, one] as const))(
  "%s: exactly the expected mistakes, and no call to Docker",
  async (_, one) => {
    const json = await validate(one, "--json");
    if (one.expected.error === undefined) {
      expect([json.code, json.err]).toEqual([1, ""]);
      expect(JSON.parse(json.out)).toEqual(one.expected.problems);
    } else {
      expect([json.code, json.out, json.err]).toEqual([2, "", `alluxioctl: ${one.expected.error}\n`]);
    }
    expect(calls).toBe(0);
  },
);

test("people are told the same: every place with what was found, what is allowed and what was meant", async () => {
  for (const one of ALL.filter(({ expected }) => expected.error === undefined)) {
    const { code, out, err } = await validate(one);
    expect([code, out]).toEqual([1, ""]);
    expect(err).not.toMatch(/^\s+at /m);
    for (const { path, found, message, suggestion } of one.expected.problems!) {
      const place = path === "" ? "the whole spec" : path;
      expect(err).toContain(found === undefined ? place : `${place}: ${found}`.replaceAll("\n", "\n    "));
      expect(err).toContain(message);
      if (suggestion !== undefined) expect(err).toContain(`Did you mean ${JSON.stringify(suggestion)}?`);
    }
  }
  expect(calls).toBe(0);
});
