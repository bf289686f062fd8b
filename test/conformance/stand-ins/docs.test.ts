import { readFileSync } from "node:fs";
import { join } from "node:path";
import { inputTables } from "../../../offline/plugins/input-tables";

test("docs/offline.md lists the inputs that the stand-ins take (else: npx tsx offline/plugins/write-docs.ts)", () => {
  const page = readFileSync(join(__dirname, "../../../docs/offline.md"), "utf8");
  expect(withoutPadding(page)).toContain(withoutPadding(inputTables()));
});

/** The formatter aligns the columns of tables. */
const withoutPadding = (markdown: string): string => markdown.replace(/ +/g, " ").replace(/-{3,}/g, "---");
