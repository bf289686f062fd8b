import fc from "fast-check";
import {
  assignmentWord,
  commandWord,
  isPathWord,
  pathWord,
  unitLine,
} from "../../../../components/plan/hosts/systemd/quoting";
import { renderUnit } from "../../../../components/plan/hosts/systemd/unit";
import { unitNameOfPath } from "../../../../components/plan/hosts/systemd/unitName";

describe("the unit of a path", () => {
  // As `systemd-escape --path --suffix=mount` of systemd 252 prints them.
  test.each([
    ["/mnt/ramdisk", "mnt-ramdisk.mount"],
    ["/", "-.mount"],
    ["/a-b/c.d", "a\\x2db-c.d.mount"],
    ["/.hidden/x", "\\x2ehidden-x.mount"],
    ["/a b/ü$%", "a\\x20b-\\xc3\\xbc\\x24\\x25.mount"],
    ["/mnt/x_y:z@1", "mnt-x_y:z\\x401.mount"],
    ["/back\\slash", "back\\x5cslash.mount"],
    ["/-x", "\\x2dx.mount"],
  ])("of %p is %p", (path, unit) => {
    expect(unitNameOfPath(path, "mount")).toBe(unit);
  });

  test("tells any two paths apart", () => {
    const path = fc.stringMatching(/^(?:\/[a.\\x2d-]{1,4}){1,3}$/);
    fc.assert(
      fc.property(path, path, (one, other) => {
        expect(unitNameOfPath(one, "mount") === unitNameOfPath(other, "mount")).toBe(one === other);
      }),
    );
  });

  test("is refused where systemd has no room for it", () => {
    expect(() => unitNameOfPath(`/${"é".repeat(40)}`, "mount")).toThrow("too long");
  });
});

const HARD = `plain it's "quoted" 50% $HOME $$ \${X} \\ \\n \\x41 ; # ' - ü 日本 \u{1f600}`;
const text = fc.oneof(
  fc.string({ unit: "binary" }).filter((one) => !/\0|\p{Noncharacter_Code_Point}/u.test(one)),
  fc.string({
    unit: fc.constantFrom("a", " ", '"', "'", "\\", "$", "%", "\n", "\t", "\r", ";", "x", "4", "\u0001", "\u0085", "ü"),
  }),
);

describe("words", () => {
  test.each([
    ["plain-word_1./:=,+@", "plain-word_1./:=,+@"],
    ["", '""'],
    ["two words", '"two words"'],
    ['say "a\\b"', '"say \\"a\\\\b\\""'],
    ["50%", '"50%%"'],
    ["a\nb\tc\u0001", '"a\\nb\\tc\\x01"'],
  ])("%p stands as %p", (value, written) => {
    expect(assignmentWord(value)).toBe(written);
  });

  test("in a command no variable is expanded, in an assignment a dollar is one", () => {
    expect(commandWord("$HOME/${X}")).toBe('"$$HOME/$${X}"');
    expect(assignmentWord("$HOME")).toBe('"$HOME"');
  });

  test("whatever a command is given arrives as it is", () => {
    const arrives = (words: readonly string[]) =>
      expect(readCommand(words.map(commandWord).join(" "), { HOME: "/root", X: "x" })).toEqual(words);
    arrives([HARD, ";", "", "-"]);
    fc.assert(fc.property(fc.array(text, { maxLength: 5 }), arrives));
  });

  test("and whatever a variable is set to", () => {
    fc.assert(
      fc.property(text, (value) => {
        expect(readWords(assignmentWord(`A=${value}`)).map(readSpecifiers)).toEqual([`A=${value}`]);
      }),
    );
  });

  test("a path with a control character is refused, any other arrives", () => {
    fc.assert(
      fc.property(text, (path) => {
        if (isPathWord(path)) expect(readPaths(pathWord(path)).map(readSpecifiers)).toEqual([path]);
        else expect(() => pathWord(path)).toThrow(RangeError);
      }),
    );
    expect(() => pathWord("/a\nReadWritePaths=/")).toThrow("no unit of systemd can hold this");
  });

  test("nothing that a word or a line holds begins another line", () => {
    fc.assert(
      fc.property(text, (value) => {
        expect(assignmentWord(value) + commandWord(value)).not.toMatch(/[\n\r]/);
      }),
    );
    expect(unitLine("100%")).toBe("100%%");
    for (const bad of ["a\nb", " a", "a ", "a\\", "\ud800"]) expect(() => unitLine(bad)).toThrow(RangeError);
  });

  test("NUL, half a character and what is none are refused", () => {
    for (const bad of ["a\0b", "\ud800", "\ufffe", "\u{1ffff}", "\ufdd0"]) {
      expect(() => assignmentWord(bad)).toThrow(RangeError);
      expect(() => commandWord(bad)).toThrow(RangeError);
    }
  });
});

test("a unit file is sections of settings", () => {
  expect(
    renderUnit({
      Unit: [["Description", "x"]],
      Service: [
        ["A", "1"],
        ["A", "2"],
      ],
    }),
  ).toBe("[Unit]\nDescription=x\n\n[Service]\nA=1\nA=2\n");
});

// How systemd reads (extract-word.c, escape.c, systemd.service(5)): written from its rules, not from the code above.

/** Splits at blanks, takes quotes away and resolves escapes; without `escapes` a backslash only quotes the next character. */
function readWords(line: string, escapes = true): string[] {
  const words: string[] = [];
  const bytes: number[] = [];
  let started = false;
  let quote = "";
  const add = (character: string): void => void bytes.push(...Buffer.from(character));
  const end = (): void => {
    if (started) words.push(Buffer.from(bytes.splice(0)).toString());
    started = false;
  };
  const characters = Array.from(line);
  for (let i = 0; i < characters.length; i++) {
    const character = characters[i]!;
    if (character === "\\") {
      started = true;
      const next = characters[++i]!;
      const simple: Record<string, string> = { n: "\n", t: "\t", r: "\r" };
      if (!escapes) add(next);
      else if (next === "x") bytes.push(parseInt(characters[++i]! + characters[++i]!, 16));
      else add(simple[next] ?? next);
    } else if (quote !== "") {
      if (character === quote) quote = "";
      else add(character);
    } else if (character === '"' || character === "'") {
      started = true;
      quote = character;
    } else if (/[ \t\n\r]/.test(character)) end();
    else {
      started = true;
      add(character);
    }
  }
  end();
  return words;
}

const readPaths = (line: string): string[] => readWords(line, false);

/** Every specifier but `%%` would be something of the machine: here a word that nobody writes. */
const readSpecifiers = (word: string): string =>
  word.replace(/%(.)/gsu, (_, letter) => (letter === "%" ? "%" : "<specifier>"));

function readCommand(line: string, variables: Readonly<Record<string, string>>): string[] {
  return readWords(line)
    .map(readSpecifiers)
    .map((word) =>
      word.replace(/\$(?:\$|\{(\w+)\}|(\w+)$)/g, (all, braced?: string, bare?: string) =>
        all === "$$" ? "$" : (variables[braced ?? bare ?? ""] ?? ""),
      ),
    );
}
