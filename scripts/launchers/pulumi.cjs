#!/usr/bin/env node
"use strict";
// `npx pulumi`: the real CLI, with whatever environment the user has not set filled in.
const fs = require("node:fs");
const path = require("node:path");
const { layout, prepare, stackOfArguments } = require("../environment.cjs");
const { become } = require("./child.cjs");

const places = layout(path.resolve(__dirname, "../.."));
const args = process.argv.slice(2);
const login = args[0] === "--login";
if (login) args.shift();

if (fs.existsSync(places.pulumi)) {
  const env = prepare({ places, env: process.env, login, stack: stackOfArguments(args) });
  become(places.pulumi, args, { env });
} else {
  console.error("Pulumi is not set up in this project yet: run `npm run setup`.");
  process.exitCode = 1;
}
