import path from "node:path";
import { runChecks } from "./checks";

/** `npm run lint`: types, lint rules, format. */
process.exitCode = runChecks(path.resolve(__dirname, "..")) ? 0 : 1;
