"use strict";
// node scripts/bootstrap.cjs VERB [ARGUMENTS]: what `npm start` and the others run first. It needs nothing but Node: it
// brings the npm packages, then hands over to scripts/<verb>.ts.
const { spawnSync } = require("node:child_process");
const crypto = require("node:crypto");
const fs = require("node:fs");
const path = require("node:path");

const VERBS = {
  start: "start.ts",
  stop: "stop.ts",
  setup: "setup.ts",
  test: "test.ts",
  "test:unit": "test-unit.ts",
  "test:long": "test-long.ts",
  lint: "lint.ts",
  bench: "bench.ts",
};
const NODE_AT_LEAST = [20, 19];

const project = path.resolve(__dirname, "..");
const lockFile = path.join(project, "package-lock.json");
const marker = path.join(project, "node_modules", ".alluxio-lock");

function fail(message) {
  console.error(message);
  process.exit(1);
}

function checkNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  const [atLeastMajor, atLeastMinor] = NODE_AT_LEAST;
  if (major > atLeastMajor || (major === atLeastMajor && minor >= atLeastMinor)) return;
  fail(
    `This project needs Node ${NODE_AT_LEAST.join(".")} or newer, and this is ${process.versions.node}: see https://nodejs.org/`,
  );
}

/** The marker is written last, and `npm ci` empties node_modules first: a killed installation is done again. */
function installPackages() {
  const wanted = crypto.createHash("sha256").update(fs.readFileSync(lockFile)).digest("hex");
  if (fs.existsSync(marker) && fs.readFileSync(marker, "utf8") === wanted) return;
  console.log(
    "npm packages: installing (about 30 seconds). Set-up then says what else is missing, at most 15 minutes of work.",
  );
  // Install scripts are not run: those of @pulumi packages would download plugins, which set-up does where it can.
  const npm = spawnSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: project,
    stdio: ["ignore", "ignore", "inherit"],
  });
  if (npm.error) fail(`npm cannot be started: ${npm.error.message}`);
  if (npm.status !== 0) fail("npm could not install the packages: see above, then run the same command again.");
  fs.writeFileSync(marker, wanted);
}

checkNode();
const [verb, ...args] = process.argv.slice(2);
const script = VERBS[verb];
if (script === undefined) fail(`usage: node scripts/bootstrap.cjs ${Object.keys(VERBS).join("|")} [arguments]`);
installPackages();
const { become } = require("./launchers/child.cjs");
become(process.execPath, ["--import", "tsx", path.join(__dirname, script), ...args], { cwd: project });
