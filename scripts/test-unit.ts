import path from "node:path";
import { finish, runSuites } from "./tests";

/** `npm run test:unit [-- PATTERN...]`: what needs neither Docker nor root, in less than a minute. */
const project = path.resolve(__dirname, "..");
finish([runSuites(project, ["unit", "component"], process.argv.slice(2))]);
