"use strict";
// What a Pulumi.<stack>.yaml says, as far as it decides how Pulumi is run. Plain JavaScript without dependencies, for the
// launchers, which read it at each start: so by patterns, and by the YAML library only where something has failed.
const fs = require("node:fs");
const path = require("node:path");

/** Of one variable of the environment on Linux, with its name and its end: MAX_ARG_STRLEN in execve(2). */
const VARIABLE_BYTES = 128 * 1024;
/** In which Pulumi hands over the whole config of a stack, as JSON of texts. */
const VARIABLE = "PULUMI_CONFIG";
/** Of a text in quotes, in that JSON, which has backslashes before them. */
const MOST_GROWTH = 4;

/** Nothing where there is none. */
function readOr(file) {
  try {
    return fs.readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

/** The text of a stack's configuration; nothing where there is none. */
function stackFileText(project, stack, configFile) {
  if (!configFile && !stack) return "";
  return readOr(path.resolve(project, configFile ?? `Pulumi.${stack.split("/").pop()}.yaml`));
}

/** The text in which its cluster stands: itself, or that of the file it names. */
function clusterText(project, stackFileText) {
  const named = /^\s+["']?alluxio:clusterFile["']?:\s+(?:"([^"]+)"|'([^']+)'|([^#\n]*[^#\s]))/m.exec(stackFileText);
  const file = named?.slice(1).find((one) => one !== undefined);
  return file === undefined ? stackFileText : readOr(path.resolve(project, file));
}

/** Does it hold an encrypted value? */
function holdsSecrets(stackFileText) {
  return /(^|[\s{,])["']?secure["']?:\s*["']?v\d+:/m.test(stackFileText);
}

/** Does the text of a cluster have it on hosts? */
function targetsHosts(clusterText) {
  return /(^|[{,])\s*["']?target["']?:\s*["']?hosts["']?\s*([,}#]|$)/m.test(clusterText);
}

/** The same of a stack, by the file of its configuration. */
function configTooLarge(project, stack, configFile) {
  return tooLarge(stackFileText(project, stack, configFile));
}

/** Why Pulumi cannot hand this configuration to a program, and the way out; undefined where it can. */
function tooLarge(stackFileText) {
  if (Buffer.byteLength(stackFileText) * MOST_GROWTH < VARIABLE_BYTES) return undefined;
  let config;
  try {
    ({ config } = require("yaml").parse(stackFileText));
  } catch {
    return undefined;
  }
  const text = (value) => (typeof value === "string" ? value : JSON.stringify(value));
  const texts = Object.fromEntries(Object.entries(config ?? {}).map(([key, value]) => [key, text(value)]));
  const bytes = Buffer.byteLength(`${VARIABLE}=${JSON.stringify(texts)}\0`);
  if (bytes <= VARIABLE_BYTES) return undefined;
  return (
    `The config of the stack takes ${Math.ceil(bytes / 1024)} KiB, and Pulumi can hand a program ${VARIABLE_BYTES / 1024} KiB of it. ` +
    "Move what stands under alluxio:cluster into a file of its own, and name that file in its place, as in " +
    "alluxio:clusterFile: fleet.yaml"
  );
}

module.exports = { stackFileText, clusterText, holdsSecrets, targetsHosts, tooLarge, configTooLarge };
