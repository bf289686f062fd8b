#!/usr/bin/env node
"use strict";
// `npx alluxioctl`: the TypeScript in cli/, in the same environment as `npx pulumi`.
const path = require("node:path");
const { layout, prepare, stackOfArguments } = require("../environment.cjs");

const project = path.resolve(__dirname, "../..");
const stack = stackOfArguments(process.argv.slice(2));
Object.assign(process.env, prepare({ places: layout(project), env: process.env, stack }));
require("tsx/cjs");
require(path.join(project, "cli", "alluxioctl.ts"));
