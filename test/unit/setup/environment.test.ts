import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { stringify } from "yaml";
import {
  configFileOfArguments,
  layout,
  prepare,
  pulumiEnvironment,
  stackOfArguments,
} from "../../../scripts/environment.cjs";
import { clusterText, holdsSecrets, targetsHosts, tooLarge } from "../../../scripts/stack-file.cjs";
import type { Choices } from "../../../scripts/setup/choices";

const places = layout("/project");
const official: Choices = { plugins: { docker: { source: "official" }, command: { source: "official" } } };
const standIns: Choices = { plugins: { docker: { source: "stand-in" }, command: { source: "official" } } };

describe("the environment of npx pulumi", () => {
  test("fills in home, backend and the empty passphrase where nothing is set", () => {
    expect(pulumiEnvironment({ places, env: { PATH: "/usr/bin:/bin" }, choices: official })).toEqual({
      PATH: "/project/.tools/bin:/usr/bin:/bin",
      PULUMI_HOME: "/project/.tools/pulumi-home",
      PULUMI_BACKEND_URL: "file:///project/.state",
      PULUMI_CONFIG_PASSPHRASE: "",
      PULUMI_SKIP_UPDATE_CHECK: "true",
    });
  });

  test.each([
    ["PULUMI_HOME", "/home/me/.pulumi"],
    ["PULUMI_BACKEND_URL", "s3://bucket"],
    ["PULUMI_CONFIG_PASSPHRASE", "secret"],
    ["PULUMI_SKIP_UPDATE_CHECK", "false"],
  ])("leaves %s alone where the user has set it", (name, value) => {
    const added = pulumiEnvironment({ places, env: { [name]: value }, choices: official });
    expect(added).not.toHaveProperty(name);
    expect(Object.keys(added)).toHaveLength(4);
  });

  test("a passphrase file is a passphrase", () => {
    const added = pulumiEnvironment({ places, env: { PULUMI_CONFIG_PASSPHRASE_FILE: "/f" }, choices: official });
    expect(added).not.toHaveProperty("PULUMI_CONFIG_PASSPHRASE");
  });

  test("with --login the user's own home, backend and passphrase stay", () => {
    expect(pulumiEnvironment({ places, env: { PATH: "/bin" }, choices: official, login: true })).toEqual({
      PATH: "/project/.tools/bin:/bin",
      PULUMI_SKIP_UPDATE_CHECK: "true",
    });
  });

  test("one stand-in puts them on PATH and stops Pulumi's own downloads", () => {
    const added = pulumiEnvironment({ places, env: { PATH: "/bin" }, choices: standIns });
    expect(added).toMatchObject({
      PATH: "/project/.tools/bin:/project/.tools/plugins:/bin",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    });
  });

  test("applied twice it is the same", () => {
    const env = { PATH: "/bin" };
    const once = { ...env, ...pulumiEnvironment({ places, env, choices: standIns }) };
    expect({ ...once, ...pulumiEnvironment({ places, env: once, choices: standIns }) }).toEqual(once);
  });

  test("a Docker context reaches programs that know only DOCKER_HOST, and never against the user's own", () => {
    const choices: Choices = { ...official, docker: { host: "unix:///run/user/1000/docker.sock" } };
    expect(pulumiEnvironment({ places, env: {}, choices })["DOCKER_HOST"]).toBe("unix:///run/user/1000/docker.sock");
    expect(pulumiEnvironment({ places, env: { DOCKER_HOST: "tcp://x:1" }, choices })).not.toHaveProperty("DOCKER_HOST");
  });
});

describe("a stack with secrets", () => {
  let project: string;
  beforeEach(() => {
    project = fs.mkdtempSync(path.join(os.tmpdir(), "environment-"));
    fs.writeFileSync(path.join(project, "Pulumi.prod.yaml"), "config:\n  alluxio:key:\n    secure: v1:abc:def\n");
    fs.writeFileSync(path.join(project, "Pulumi.dev.yaml"), "config:\n  alluxio:key: plain\n");
  });
  afterEach(() => fs.rmSync(project, { recursive: true, force: true }));

  test("keeps Pulumi asking for its passphrase; one without does not", () => {
    const of = (stack: string) => prepare({ places: layout(project), env: {}, choices: official, stack });
    expect(of("prod")).not.toHaveProperty("PULUMI_CONFIG_PASSPHRASE");
    expect(of("organization/alluxio/prod")).not.toHaveProperty("PULUMI_CONFIG_PASSPHRASE");
    expect(of("dev")["PULUMI_CONFIG_PASSPHRASE"]).toBe("");
  });

  test("is also recognised by PULUMI_STACK and by the selected stack", () => {
    const places = layout(project);
    const named = pulumiEnvironment({ places, env: { PULUMI_STACK: "prod" }, choices: official });
    expect(named).not.toHaveProperty("PULUMI_CONFIG_PASSPHRASE");
    fs.mkdirSync(path.join(places.pulumiHome, "workspaces"), { recursive: true });
    const selected = { stacks: { [`file://${places.state}`]: "organization/alluxio/prod", "s3://other": "dev" } };
    fs.writeFileSync(path.join(places.pulumiHome, "workspaces", "alluxio-0-workspace.json"), JSON.stringify(selected));
    expect(pulumiEnvironment({ places, env: {}, choices: official })).not.toHaveProperty("PULUMI_CONFIG_PASSPHRASE");
    const elsewhere = pulumiEnvironment({ places, env: { PULUMI_BACKEND_URL: "s3://other" }, choices: official });
    expect(elsewhere["PULUMI_CONFIG_PASSPHRASE"]).toBe("");
  });

  test("the file backend's folder is made, as Pulumi wants it", () => {
    prepare({ places: layout(project), env: {}, choices: official });
    expect(fs.existsSync(path.join(project, ".state"))).toBe(true);
  });
});

test.each([
  ["    secure: v1:abc:def", true],
  ['x: {"secure": "v1:abc"}', true],
  ["- secure: v1:abc", true],
  ["encryptionsalt: v1:abc", false],
  ["insecure: v1:abc", false],
  ["secure: yes", false],
])("is %j a secret: %s", (text, expected) => {
  expect(holdsSecrets(text)).toBe(expected);
});

test.each([
  [["up", "-s", "ha"], "ha"],
  [["up", "--stack", "ha", "--yes"], "ha"],
  [["--stack=ha", "up"], "ha"],
  [["up", "-sha"], "ha"],
  [["up"], undefined],
  [["up", "--", "-s", "ha"], undefined],
])("the stack of %j is %s", (args, stack) => {
  expect(stackOfArguments(args)).toBe(stack);
});

test.each([
  [["up", "--config-file", "a.yaml"], "a.yaml"],
  [["--config-file=a.yaml", "up"], "a.yaml"],
  [["up"], undefined],
  [["up", "--", "--config-file", "a.yaml"], undefined],
])("the configuration file of %j is %s", (args, file) => {
  expect(configFileOfArguments(args)).toBe(file);
});

test.each([
  ["config:\n  alluxio:cluster:\n    target: hosts\n", true],
  ['    "target": "hosts"', true],
  ["alluxio:cluster: {target: hosts, workers: []}", true],
  ["    target: hosts # bare metal", true],
  ["    target: docker\n    hosts:\n      user: me", false],
  ["    # target: hosts", false],
  ["    target: hostsfile", false],
])("%j has a cluster on hosts: %s", (text, expected) => {
  expect(targetsHosts(text)).toBe(expected);
});

test.each([
  ["config:\n  alluxio:clusterFile: fleet.yaml\n", "fleet"],
  ['config:\n    "alluxio:clusterFile":  "fleet.yaml" # all of them\n', "fleet"],
  ["config:\n  alluxio:clusterFile: 'fleet.yaml'\n  alluxio:other: 1\n", "fleet"],
  ["config:\n  alluxio:clusterFile: fleet.yaml # all of them\n", "fleet"],
  ["config:\n  alluxio:clusterFile: none.yaml\n", ""],
  ["config:\n  # alluxio:clusterFile: fleet.yaml\n  alluxio:cluster: {}\n", undefined],
])("%j has its cluster in a file: %j", (text, expected) => {
  const project = fs.mkdtempSync(path.join(os.tmpdir(), "environment-"));
  try {
    fs.writeFileSync(path.join(project, "fleet.yaml"), "fleet");
    expect(clusterText(project, text)).toBe(expected ?? text);
  } finally {
    fs.rmSync(project, { recursive: true });
  }
});

describe("the size of a config", () => {
  // What the language host hands over, written down by another hand: one variable, JSON of texts.
  const variable = (cluster: object): number =>
    `PULUMI_CONFIG=${JSON.stringify({ "alluxio:cluster": JSON.stringify(cluster) })}`.length + 1;
  const hosts = (count: number) => ({
    hosts: Object.fromEntries(Array.from({ length: count }, (_, n) => [`gpu-${n}`, { hostKey: "k".repeat(80) }])),
  });
  const most = Array.from({ length: 2000 }, (_, n) => n).findLast((n) => variable(hosts(n)) <= 131_072)!;
  const fileOf = (cluster: object): string => stringify({ config: { "alluxio:cluster": cluster } });

  test("is told where it is more than a variable of Linux holds, with the way out", () => {
    expect(tooLarge(fileOf(hosts(most)))).toBeUndefined();
    expect(tooLarge(fileOf(hosts(most + 1)))).toMatch(/takes 129 KiB, .* 128 KiB .* alluxio:clusterFile: fleet\.yaml$/);
  });

  test("is no matter where the cluster stands in a file, nor where the text is no YAML", () => {
    expect(tooLarge("config:\n  alluxio:clusterFile: fleet.yaml\n")).toBeUndefined();
    expect(tooLarge(`config: [${"x".repeat(200_000)}`)).toBeUndefined();
  });
});

describe("a cluster on hosts", () => {
  let project: string;
  beforeEach(() => {
    project = fs.mkdtempSync(path.join(os.tmpdir(), "environment-"));
    fs.writeFileSync(path.join(project, "Pulumi.bare.yaml"), "config:\n  alluxio:cluster:\n    target: hosts\n");
    fs.writeFileSync(path.join(project, "Pulumi.fleet.yaml"), "config:\n  alluxio:clusterFile: fleet.yaml\n");
    fs.writeFileSync(path.join(project, "fleet.yaml"), "target: hosts\n");
    fs.writeFileSync(path.join(project, "Pulumi.dev.yaml"), "config:\n  alluxio:cluster:\n    target: docker\n");
  });
  afterEach(() => fs.rmSync(project, { recursive: true, force: true }));
  const of = (named: { stack?: string; configFile?: string; login?: boolean }, env: NodeJS.ProcessEnv = {}) =>
    pulumiEnvironment({ places: layout(project), env, choices: official, ...named })["PULUMI_CONTINUE_ON_ERROR"];
  const parallel = (stack: string, env: NodeJS.ProcessEnv = {}) =>
    pulumiEnvironment({ places: layout(project), env, choices: official, stack })["PULUMI_PARALLEL"];

  test("has more hosts worked on at once than this machine has cores for; another target as many as Pulumi takes", () => {
    expect(parallel("bare")).toBe("64");
    expect(parallel("dev")).toBeUndefined();
    expect(parallel("bare", { PULUMI_PARALLEL: "4" })).toBeUndefined();
  });

  test("goes on with the other hosts where one fails; another target stops at the first error", () => {
    expect(of({ stack: "bare" })).toBe("true");
    expect(of({ stack: "fleet" })).toBe("true");
    expect(of({ stack: "bare", login: true })).toBe("true");
    expect(of({ stack: "dev", configFile: path.join(project, "Pulumi.bare.yaml") })).toBe("true");
    expect(of({ stack: "dev" })).toBeUndefined();
    expect(of({ stack: "none" })).toBeUndefined();
  });

  test("does what the user has set", () => {
    expect(of({ stack: "bare" }, { PULUMI_CONTINUE_ON_ERROR: "false" })).toBeUndefined();
  });
});

describe("a file backend in which a Pulumi was killed while it wrote attributes", () => {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), "alluxio-backend-"));
  const stacks = path.join(root, ".pulumi/stacks");
  const files = (): string[] => fs.readdirSync(stacks, { recursive: true, encoding: "utf8" }).sort();
  afterAll(() => fs.rmSync(root, { recursive: true }));

  test("is readable again: empty ones are gone, and nothing else", () => {
    fs.mkdirSync(path.join(stacks, "alluxio"), { recursive: true });
    fs.mkdirSync(path.join(stacks, "other"));
    fs.writeFileSync(path.join(stacks, "alluxio/dev.json"), "");
    fs.writeFileSync(path.join(stacks, "alluxio/dev.json.attrs"), "");
    fs.writeFileSync(path.join(stacks, "alluxio/ha.json.attrs"), "{}");
    fs.writeFileSync(path.join(stacks, "other/dev.json.attrs"), "");
    const env = { PULUMI_BACKEND_URL: `file://${root}` };
    const all = files();
    prepare({ places, env, choices: official, login: true });
    expect(files()).toEqual(all);
    prepare({ places, env, choices: official });
    expect(files()).toEqual(all.filter((file) => file !== "alluxio/dev.json.attrs"));
  });

  test("of which there is none yet is none", () => {
    const env = { PULUMI_BACKEND_URL: `file://${path.join(root, "none")}` };
    expect(prepare({ places, env, choices: official })).toMatchObject(env);
  });
});
