import fc from "fast-check";
import { includesOf, parseClientConfig, type ClientSettings } from "../../../components/plan/ssh/clientConfig";
import { matchesHost, matchesWildcard } from "../../../components/plan/ssh/hostPattern";
import { parseProxyJump } from "../../../components/plan/ssh/proxyJump";

const CONFIG = `
# before any Host: for all
IdentityFile ~/.ssh/first
Host gpu-* !gpu-9
  HostName %h.cluster.example.org   # and a comment
  User=gpu
  port 2222
  ProxyJump me@jump:2200,inner
Host gpu-9
  ProxyCommand nc -X 5 "%h" %p
  ProxyJump never
Match originalhost master
  HostName 10.0.0.1
Match host 10.0.0.*
  User admin
Match user root
  User never
Match exec "rm -rf /"
  User never
Match all
Include extra
Host *
  User everyone
  IdentityFile "~/my keys/second"
  IdentityFile ~/.ssh/first
  IdentitiesOnly yes
  IdentityAgent none
  LocalForward 80 localhost:80
`;
const EXTRA = "Host inc\n  Port 23\nMatch all\n  User included\n";

/** Every host has these: identity files add up. */
const COMMON: ClientSettings = {
  user: "included",
  identityFiles: ["~/.ssh/first", "~/my keys/second"],
  identitiesOnly: true,
  identityAgent: "none",
};

test.each<[string, Partial<ClientSettings>]>([
  ["gpu-1", { hostName: "gpu-1.cluster.example.org", user: "gpu", port: 2222, proxyJump: "me@jump:2200,inner" }],
  ["gpu-9", { proxyCommand: 'nc -X 5 "%h" %p' }],
  ["master", { hostName: "10.0.0.1", user: "admin" }],
  ["inc", { port: 23 }],
  ["other", {}],
])("the settings of %s", (host, expected) => {
  const config = parseClientConfig({ text: CONFIG, includes: { extra: [EXTRA] } });
  expect(config.mistakes).toEqual([]);
  expect(config.settingsOf(host)).toEqual({ ...COMMON, ...expected });
});

test("an included file that is inside of a block counts for that block alone, and ends its own blocks", () => {
  const text = "Host a\n  Include x y\n  Port 3\nHost *\n  User last\n";
  const config = parseClientConfig({ text, includes: { x: ["Host b\n User wrong\n"], y: ["User inner\n"] } });
  expect(config.settingsOf("a")).toEqual({ user: "inner", port: 3, identityFiles: [] });
  expect(config.settingsOf("b")).toEqual({ user: "last", identityFiles: [] });
  expect(includesOf(`${text}include "a b" ~/c/*\n#Include no\n`)).toEqual(["x", "y", "a b", "~/c/*"]);
});

test.each([
  ["Port none", "line 1 has a port that is none"],
  ["Port 70000", "line 1 has a port that is none"],
  ["\nUser", "line 2 has no value for user"],
  ['HostName "x', "line 1 has a quote without its other half"],
])("%j is a mistake", (text, mistake) => {
  expect(parseClientConfig({ text }).mistakes).toEqual([mistake]);
});

test("a file that includes itself ends, and is a mistake", () => {
  const { mistakes } = parseClientConfig({ text: "Include x", includes: { x: ["Include x"] } });
  expect(mistakes).toEqual(["line 1: x, line 1 includes itself"]);
});

test("any text is read without an error, and says nothing about a host that no pattern can name", () => {
  const line = fc.oneof(
    fc.string(),
    fc.constantFrom("Host a", "Match", "Match host", "Host", '"', "=", "Port=", "Include"),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 8 }), (lines) => {
      const config = parseClientConfig({ text: ["Host a b", ...lines].join("\n") });
      expect(Array.isArray(config.settingsOf("a").identityFiles)).toBe(true);
    }),
    { numRuns: 100 },
  );
});

test.each([
  ["a", ["a"], true],
  ["a", ["A"], false],
  ["a", ["*", "!a"], false],
  ["a", ["!b"], false],
  ["abc", ["a?c"], true],
  ["ac", ["a?c"], false],
  ["a.b", ["a*b*"], true],
  ["a.b", ["aXb"], false],
  ["", ["*"], true],
] as const)("host %j is meant by %j: %s", (host, patterns, meant) => {
  expect(matchesHost(host, [...patterns])).toBe(meant);
});

test("a wildcard matches what the same regular expression does, and hostile patterns take no time", () => {
  const text = fc.stringMatching(/^[ab]{0,8}$/);
  fc.assert(
    fc.property(text, fc.stringMatching(/^[ab*?]{0,6}$/), (host, pattern) => {
      const expected = new RegExp(`^${pattern.replaceAll("*", ".*").replaceAll("?", ".")}$`).test(host);
      expect(matchesWildcard(host, pattern)).toBe(expected);
    }),
  );
  expect(matchesWildcard("a".repeat(5000), `${"*a".repeat(500)}b`)).toBe(false);
});

test.each([
  ["none", []],
  ["jump", [{ host: "jump" }]],
  ["me@jump:2222", [{ host: "jump", user: "me", port: 2222 }]],
  ["a,me@b", [{ host: "a" }, { host: "b", user: "me" }]],
  ["ssh://me@jump:22", [{ host: "jump", user: "me", port: 22 }]],
  ["[fe80::1]:22", [{ host: "fe80::1", port: 22 }]],
  ["a,", undefined],
  ["a b", undefined],
  ["a:port", undefined],
])("ProxyJump %j", (text, jumps) => {
  expect(parseProxyJump(text)).toEqual(jumps);
});
