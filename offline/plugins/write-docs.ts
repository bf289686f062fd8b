import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inputTables } from "./input-tables";

const FILE = join(__dirname, "../../docs/offline.md");
const [BEGIN, END] = ["<!-- inputs of the stand-ins: begin -->", "<!-- inputs of the stand-ins: end -->"];

/** Puts the tables of inputs between their marks in docs/offline.md: `npx tsx offline/plugins/write-docs.ts`. */
const page = readFileSync(FILE, "utf8");
const [before, rest] = page.split(BEGIN);
const after = rest?.split(END)[1];
if (before === undefined || after === undefined) throw new Error(`${FILE} lacks the marks ${BEGIN} and ${END}`);
writeFileSync(FILE, `${before}${BEGIN}\n\n${inputTables()}\n\n${END}${after}`);
