import fc from "fast-check";
import { sudoersFile, sudoersPath, sudoersProblem, sudoersWord, type Sudoer } from "../../../operations/sudoers";
import { ROOT_SHELL } from "../../../provider/transports/sshScript";

const file = (...sudoers: Sudoer[]): string =>
  sudoersFile({ cluster: "al-nair", command: "npx alluxioctl sudoers --stack ha", sudoers });
const rules = (text: string): string[] => text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
const on = (...names: string[]): Sudoer["hosts"] => names.map((name) => ({ name, address: name }));

test("one user: whatever the machine calls itself, this command line and no other, as root alone", () => {
  expect(rules(file({ user: "deploy", hosts: on("blue4", "titan34") }))).toEqual([
    "Defaults:deploy !requiretty",
    "deploy ALL = (root) NOPASSWD: /bin/sh -s, /usr/bin/sh -s",
  ]);
  expect(ROOT_SHELL).toBe("sudo -n sh -s");
});

test("users that differ: each on his own hosts, by name and by address", () => {
  const hosts = [
    { name: "blue4", address: "10.145.41.31" },
    { name: "NODE1", address: "fd00::1" },
  ];
  expect(
    rules(file({ user: "deploy", hosts }, { user: "admin", hosts: on("titan34.example.org", "10.145.41.7") })),
  ).toEqual([
    "Host_Alias ALLUXIO_AL_NAIR_1 = blue4, 10.145.41.31, \\NODE1",
    "Defaults:deploy !requiretty",
    "deploy ALLUXIO_AL_NAIR_1 = (root) NOPASSWD: /bin/sh -s, /usr/bin/sh -s",
    "Host_Alias ALLUXIO_AL_NAIR_2 = titan34.example.org, 10.145.41.7",
    "Defaults:admin !requiretty",
    "admin ALLUXIO_AL_NAIR_2 = (root) NOPASSWD: /bin/sh -s, /usr/bin/sh -s",
  ]);
});

test("its comments say where it goes, how it is checked, how it was made, and what it does not hold back", () => {
  const text = file({ user: "deploy", hosts: on("blue4") });
  for (const words of [
    "/etc/sudoers.d/alluxio-al-nair",
    "visudo -cf",
    "-m 0440",
    "npx alluxioctl sudoers --stack ha",
    "who may run a script as root is root",
    "blue4",
  ])
    expect(text).toContain(words);
  expect(text.endsWith("\n")).toBe(true);
});

test("sudo reads the file: it passes over names with a dot or a tilde", () => {
  expect(sudoersPath("al-nair")).toMatch(/^\/etc\/sudoers\.d\/[^.~]+$/);
});

test.each([
  ["deploy", "deploy"],
  ["j.doe-2_x", "j.doe-2_x"],
  ["CORP\\jane doe", "\\CORP\\\\jane\\ doe"],
  ["a,b:c=d", "a\\,b\\:c\\=d"],
  ["jane@corp.example", "jane\\@corp.example"],
  ['(x)!"#', '\\(x\\)\\!\\"\\#'],
  ["ALL", "\\ALL"],
  ["Defaults", "\\Defaults"],
  ["sudoedit", "\\sudoedit"],
  ["10.0.0.7", "\\10.0.0.7"],
  ["jürgen", "jürgen"],
  ["svc$", "svc\\$"],
])("%s is written as %s", (name, word) => {
  expect(sudoersWord(name)).toBe(word);
  expect(sudoersProblem(name)).toBeUndefined();
});

test.each(["", "%wheel", "+netgroup", "#0", "-x", "a\nb", "a\tb", "\u007f"])("%j cannot be written", (name) => {
  expect(sudoersProblem(name)).toMatch(/^it /);
});

/** As sudo reads a word: a backslash stands for the character behind it. */
const READ = /^(?:[^\s\\,:=()!"#@>]|\\[^\n\t])+$/u;

test("any name is one word, and reads back as itself; nothing of it begins another line", () => {
  const name = fc
    .oneof(
      fc.string({ unit: "grapheme", minLength: 1 }),
      fc.string({ unit: fc.constantFrom(..."\\,:=()!\"#@> %+xA0a'$".split("")), minLength: 1 }),
    )
    .filter((text) => sudoersProblem(text) === undefined);
  fc.assert(
    fc.property(name, (user) => {
      const word = sudoersWord(user);
      expect(word).toMatch(READ);
      expect(word.replace(/\\([\s\S])/gu, "$1")).toBe(user);
      expect(rules(file({ user, hosts: on("h1") }))).toEqual([
        `Defaults:${word} !requiretty`,
        `${word} ALL = (root) NOPASSWD: /bin/sh -s, /usr/bin/sh -s`,
      ]);
    }),
    { numRuns: 300 },
  );
});
