import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { LEDGERS } from "../../../../components/plan/hosts/ledgerNames";
import { LEDGER, REFUSED } from "../../../../provider/hosts/ledger";
import { LINES } from "../../../../provider/hosts/lines";

const folder = mkdtempSync(join(tmpdir(), "lines-"));
afterAll(() => rmSync(folder, { recursive: true }));
const ledgers = join(folder, "ledgers");
/** Of which the folder may be missing too. */
const file = join(folder, "made", "a file.conf");

type Step = readonly [act: "add_line" | "release_line" | "append", cluster: string, line: string];
/** All of them in one shell, over ledgers of their own. */
function shell(steps: readonly Step[]) {
  const script = `${(LEDGER + LINES).replaceAll(LEDGERS, ledgers)}
append() { printf '%s\\n' "$2" >>"$1"; }
while [ "$#" -gt 0 ]; do
  ledger=${ledgers}/$2
  [ "$1" != add_line ] || fit_lines "$path" "$3"
  "$1" "$path" "$3" && close_ledger || exit
  shift 3
done`;
  const options = { encoding: "utf8", env: { ...process.env, path: file } } as const;
  const { status, stderr } = spawnSync("sh", ["-c", script, "sh", "a", ...steps.flat()], options);
  return { status, stderr };
}
function found(content: string | undefined): void {
  for (const path of [dirname(file), ledgers]) rmSync(path, { recursive: true, force: true });
  if (content === undefined) return;
  mkdirSync(dirname(file));
  writeFileSync(file, content, { mode: 0o640 });
}
/** Undefined where its folder is not there either. */
const content = (): string | undefined => (existsSync(dirname(file)) ? readFileSync(file, "utf8") : undefined);

const add = (cluster: string, line: string): Step => ["add_line", cluster, line];
const release = (cluster: string, line: string): Step => ["release_line", cluster, line];

test.each([
  [undefined, "x\n"],
  ["a\n\nb", "a\n\nb\nx\n"],
  ["# x\n xx\n", "# x\n xx\nx\n"],
  ["a\nx", "a\nx"],
])("a line is added once to %j, and nothing else is touched", (before, after) => {
  found(before);
  expect(shell([add("a", "x"), add("a", "x")])).toEqual({ status: 0, stderr: "" });
  expect(content()).toBe(after);
  if (before !== undefined) expect(statSync(file).mode & 0o777).toBe(0o640);
  expect(shell([release("a", "x")])).toEqual({ status: 0, stderr: "" });
  expect([content(), existsSync(ledgers)]).toEqual([before, false]);
});

test("what two clusters need goes with the last of them; what others wrote stays", () => {
  const text = fc.array(fc.constantFrom("x", "y", "", "# y", "a b"), { maxLength: 4 });
  const before = fc.option(
    fc.tuple(text, fc.boolean()).map(([lines, open]) =>
      lines
        .map((line) => `${line}\n`)
        .join("")
        .slice(0, open ? -1 : undefined),
    ),
    { nil: undefined },
  );
  const needed = fc.uniqueArray(
    fc.constantFrom<readonly [string, string]>(["a", "x"], ["a", "y"], ["b", "x"], ["b", "-e $(z)"]),
    {
      minLength: 1,
      selector: (one) => one.join(),
    },
  );
  const orders = needed.chain((needs) =>
    fc.tuple(fc.constant(needs), fc.shuffledSubarray(needs, { minLength: needs.length })),
  );
  fc.assert(
    fc.property(before, orders, fc.boolean(), (original, [needs, back], edited) => {
      found(original);
      expect(
        shell([
          ...needs.map(([cluster, line]) => add(cluster, line)),
          ...(edited ? [["append", "a", "theirs"] as const] : []),
          ...back.map(([cluster, line]) => release(cluster, line)),
        ]),
      ).toEqual({ status: 0, stderr: "" });
      // A last line without an end got one before ours was written behind it.
      const open = original !== undefined && original !== "" && !original.endsWith("\n");
      const written = needs.some(([, line]) => !(original ?? "").split("\n").includes(line));
      expect(content()).toBe(edited ? `${original ?? ""}${open && written ? "\n" : ""}theirs\n` : original);
      // What had to stay, as the folder of a file that somebody has taken over, stays in the ledger.
      expect(existsSync(ledgers)).toBe(edited && original === undefined);
    }),
    { numRuns: 3 },
  );
});

test("what is no file is refused, and a link is followed", () => {
  found("");
  rmSync(file);
  symlinkSync(join(folder, "nowhere"), file);
  expect(shell([add("a", "x")])).toMatchObject({
    status: REFUSED,
    stderr: expect.stringContaining("is no file") as string,
  });
  writeFileSync(join(folder, "nowhere"), "a\n");
  expect(shell([add("a", "x")]).status).toBe(0);
  expect(readFileSync(join(folder, "nowhere"), "utf8")).toBe("a\nx\n");
  expect([shell([release("a", "x")]).status, content()]).toEqual([0, "a\n"]);
});
