import path from "node:path";
import { finish, runSuites } from "./tests";

/** `npm run test:unit [-- PATTERN...]`: what needs neither Docker nor root, in less than a minute. */
const project = path.resolve(__dirname, "..");
void runSuites(project, ["unit", "component"], { patterns: process.argv.slice(2) }).then((run) => finish([run]));
