import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { renderEnvironment } from "../../../../components/plan/hosts/environmentFile";

const folder = mkdtempSync(join(tmpdir(), "alluxio-env-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** What a real shell has in its variables after it has sourced a file. */
function sourced(shell: string, content: string, names: readonly string[]): string[] {
  const file = join(folder, "alluxio-env.sh");
  writeFileSync(file, content);
  const script = '. "$1"; shift; for name in "$@"; do eval "value=\\$$name"; printf "%s\\0" "$value"; done';
  const { stdout, stderr, status } = spawnSync(shell, ["-c", script, shell, file, ...names]);
  expect([status, stderr.toString()]).toEqual([0, ""]);
  return stdout.toString().split("\0").slice(0, -1);
}

const value = fc.oneof(
  fc.string({ unit: "binary" }).filter((text) => !text.includes("\0")),
  fc.string({
    unit: fc.constantFrom("'", '"', "\\", "$", "`", "(", ")", "!", "*", "~", " ", "\n", "\r", "ü", "#", ";", "&"),
  }),
);

test.each(["sh", "bash"])("%s has every value as it is, and runs nothing of it", (shell) => {
  const hard = [
    "",
    "'",
    "''",
    "it's",
    "$(echo run)`echo run`${HOME}$HOME",
    "a\nexport B=c\n",
    "\\",
    "日本 \u{1f600}",
    "!!",
  ];
  fc.assert(
    fc.property(fc.array(value, { minLength: 100, maxLength: 200 }), (values) => {
      const variables = Object.fromEntries(
        [...hard, ...values].map((text, i) => [`V${String(i).padStart(3, "0")}`, text]),
      );
      const file = renderEnvironment(variables);
      expect(sourced(shell, file, Object.keys(variables))).toEqual(Object.values(variables));
    }),
    { numRuns: 3 },
  );
});

test("variables are exported, in the order of their names", () => {
  expect(renderEnvironment({ B: "it's", A: "1 2" })).toBe("export A='1 2'\nexport B='it'\\''s'\n");
});

test("what no variable can hold is refused", () => {
  for (const bad of ["a\0b", "\ud800"]) expect(() => renderEnvironment({ A: bad })).toThrow(RangeError);
});
