import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseClientConfig } from "../../../components/plan/ssh/clientConfig";
import { readSshSurroundings } from "../../../stacks/sshSurroundings";

const home = mkdtempSync(join(tmpdir(), "ssh-home-"));
beforeAll(() => {
  mkdirSync(join(home, ".ssh", "config.d"), { recursive: true });
  writeFileSync(join(home, ".ssh", "config"), "Include config.d/*.conf missing\nHost *\n Port 22\n");
  writeFileSync(join(home, ".ssh", "config.d", "b.conf"), "User second\n");
  writeFileSync(join(home, ".ssh", "config.d", "a.conf"), `Include ${home}/other ~/.ssh/config\nUser first\n`);
  writeFileSync(join(home, ".ssh", "config.d", "c.txt"), "User never\nPort 1\n");
  writeFileSync(join(home, "other"), "HostName other.example.org\n");
});
afterAll(() => rmSync(home, { recursive: true }));

const secrets = new Set(["a"]);
const read = (file: string, environment: NodeJS.ProcessEnv = {}) =>
  readSshSurroundings(file, secrets, { HOME: home, ...environment });

test("the configuration is read with what it includes, also where that goes round in a circle", () => {
  const { clientConfig } = read("~/.ssh/config");
  expect(Object.keys(clientConfig?.includes ?? {})).toEqual([
    "config.d/*.conf",
    `${home}/other`,
    "~/.ssh/config",
    "missing",
  ]);
  const client = parseClientConfig(clientConfig!);
  expect(client.settingsOf("x")).toMatchObject({ hostName: "other.example.org", user: "first", port: 22 });
});

test("no file is none, and none is an empty one", () => {
  expect(read("/no/such/file")).not.toHaveProperty("clientConfig");
  expect(read("none").clientConfig).toEqual({ text: "" });
});

test("the agent is that of SSH_AUTH_SOCK", () => {
  expect(read("none", { SSH_AUTH_SOCK: "/run/agent" })).toMatchObject({ home, secrets, agentSocket: "/run/agent" });
  expect(read("none", { SSH_AUTH_SOCK: "" })).not.toHaveProperty("agentSocket");
});
