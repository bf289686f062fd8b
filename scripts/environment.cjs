"use strict";
// Where set-up puts things, and the environment in which Pulumi runs here. Plain JavaScript without dependencies: the
// launchers read it at each start and must cost next to nothing.
const fs = require("node:fs");
const path = require("node:path");
const { removeEmptyAttributes } = require("./file-backend.cjs");
const { clusterText, holdsSecrets, stackFileText, targetsHosts } = require("./stack-file.cjs");

const PULUMI_VERSION = "3.259.0";
const PROJECT_NAME = "alluxio";
/** Of Pulumi, at once, where they are on hosts. */
const OPERATIONS_ON_HOSTS = 64;

function layout(project) {
  const tools = path.join(project, ".tools");
  const pulumiHome = path.join(tools, "pulumi-home");
  const state = path.join(project, ".state");
  return {
    project,
    tools,
    choices: path.join(tools, "choices.json"),
    bin: path.join(tools, "bin"),
    pulumi: path.join(tools, "bin", "pulumi"),
    plugins: path.join(tools, "plugins"),
    pulumiHome,
    pulumiRoot: path.join(pulumiHome, "versions", PULUMI_VERSION),
    state,
    stackStates: path.join(state, ".pulumi", "stacks", PROJECT_NAME),
  };
}

function readChoices(places) {
  let text;
  try {
    text = fs.readFileSync(places.choices, "utf8");
  } catch {
    return {};
  }
  try {
    return JSON.parse(text);
  } catch {
    return {}; // cut short by a full disk or an editor: set-up chooses again
  }
}

function usesStandIns(choices) {
  return Object.values(choices.plugins ?? {}).some((plugin) => plugin?.source === "stand-in");
}

/** The stack that a pulumi command line names, if it does. */
function stackOfArguments(args) {
  for (let i = 0; i < args.length; i++) {
    const arg = args[i];
    if (arg === "--") return undefined;
    if (arg === "-s" || arg === "--stack") return args[i + 1];
    const joined = /^(?:--stack=|-s=?)(.+)$/.exec(arg);
    if (joined) return joined[1];
  }
  return undefined;
}

/** The file of a stack's configuration that a pulumi command line names, if it does. */
function configFileOfArguments(args) {
  for (let i = 0; i < args.length; i++) {
    const arg = args[i];
    if (arg === "--") return undefined;
    if (arg === "--config-file") return args[i + 1];
    if (arg.startsWith("--config-file=")) return arg.slice("--config-file=".length);
  }
  return undefined;
}

/** The stack that `pulumi stack select` chose last, with this Pulumi home and backend. */
function selectedStack(pulumiHome, backend) {
  const folder = path.join(pulumiHome, "workspaces");
  try {
    const file = fs.readdirSync(folder).find((name) => name.startsWith(`${PROJECT_NAME}-`) && name.endsWith(".json"));
    return file ? JSON.parse(fs.readFileSync(path.join(folder, file), "utf8")).stacks?.[backend] : undefined;
  } catch {
    return undefined;
  }
}

/** The stack that a Pulumi command is about. Which one a user with a login has selected is not looked up. */
function stackInUse({ places, env, login = false, stack }) {
  const named = stack ?? env.PULUMI_STACK;
  if (named !== undefined || login) return named;
  return selectedStack(env.PULUMI_HOME ?? places.pulumiHome, env.PULUMI_BACKEND_URL ?? `file://${places.state}`);
}

/**
 * The variables to add to `env` for a Pulumi command, PATH aside only such as `env` does not have.
 * With `login` the user's own Pulumi home, backend and passphrase are left alone.
 */
function pulumiEnvironment({ places, env, choices = readChoices(places), login = false, stack, configFile }) {
  const added = {};
  const fill = (name, value) => {
    if (env[name] === undefined) added[name] = value;
  };
  fill("PULUMI_SKIP_UPDATE_CHECK", "true");
  const folders = [places.bin];
  if (usesStandIns(choices)) {
    folders.push(places.plugins);
    fill("PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION", "true");
  }
  if (choices.docker) fill("DOCKER_HOST", choices.docker.host);
  const known = (env.PATH ?? "").split(path.delimiter).filter((folder) => folder && !folders.includes(folder));
  added.PATH = [...folders, ...known].join(path.delimiter);
  const selected = stackInUse({ places, env, login, stack });
  if (targetsHosts(clusterText(places.project, stackFileText(places.project, selected, configFile)))) {
    // A host that is off must not keep the others from being repaired: docs/decisions/0031-other-hosts-go-on.md.
    fill("PULUMI_CONTINUE_ON_ERROR", "true");
    // What is done on hosts costs this machine next to nothing: docs/decisions/0035-many-hosts-at-once.md.
    fill("PULUMI_PARALLEL", String(OPERATIONS_ON_HOSTS));
  }
  if (login) return added;

  fill("PULUMI_HOME", places.pulumiHome);
  fill("PULUMI_BACKEND_URL", `file://${places.state}`);
  const asked = holdsSecrets(stackFileText(places.project, selected));
  if (env.PULUMI_CONFIG_PASSPHRASE_FILE === undefined && !asked) fill("PULUMI_CONFIG_PASSPHRASE", "");
  return added;
}

/** `process.env` for a child that runs Pulumi; makes the folder of the file backend, which Pulumi wants to exist and be readable. */
function prepare(options) {
  const added = pulumiEnvironment(options);
  if (added.PULUMI_BACKEND_URL) fs.mkdirSync(options.places.state, { recursive: true });
  const env = { ...options.env, ...added };
  if (!options.login) removeEmptyAttributes(env.PULUMI_BACKEND_URL, PROJECT_NAME);
  return env;
}

module.exports = {
  PULUMI_VERSION,
  PROJECT_NAME,
  layout,
  readChoices,
  usesStandIns,
  stackOfArguments,
  configFileOfArguments,
  stackInUse,
  pulumiEnvironment,
  prepare,
};
