#!/usr/bin/env node
"use strict";
// `npx pulumi`: the real CLI, with whatever environment the user has not set filled in.
const fs = require("node:fs");
const path = require("node:path");
const { configFileOfArguments, layout, prepare, stackInUse, stackOfArguments } = require("../environment.cjs");
const { configTooLarge } = require("../stack-file.cjs");
const { become } = require("./child.cjs");
const { deadLocks } = require("./dead-locks.cjs");

/** Pulumi cannot know that whoever holds a lock was killed, nor what else that run has left. */
function tellOfDeadLocks(backend) {
  const stacks = new Map(deadLocks(backend).map(({ stack, pid }) => [stack, pid]));
  for (const [stack, pid] of stacks) {
    console.error(
      `\nA Pulumi that was killed (process ${pid}) has left its lock on stack ${stack}, and perhaps more. ` +
        `\`npx alluxioctl up --stack ${stack}\` cleans up after it and goes on.`,
    );
  }
}

/** Of which Pulumi tells that an argument list is too long. */
function tellOfLargeConfig(stack, configFile) {
  const problem = configTooLarge(places.project, stack, configFile);
  if (problem !== undefined) console.error(`\n${problem}`);
}

const places = layout(path.resolve(__dirname, "../.."));
const args = process.argv.slice(2);
const login = args[0] === "--login";
if (login) args.shift();

if (fs.existsSync(places.pulumi)) {
  const named = { stack: stackOfArguments(args), configFile: configFileOfArguments(args) };
  const env = prepare({ places, env: process.env, login, ...named });
  const onFailure = () => {
    tellOfDeadLocks(env.PULUMI_BACKEND_URL);
    tellOfLargeConfig(stackInUse({ places, env, login, ...named }), named.configFile);
  };
  become(places.pulumi, args, { env, onFailure });
} else {
  console.error("Pulumi is not set up in this project yet: run `npm run setup`.");
  process.exitCode = 1;
}
