"use strict";
// A project a folder of test/: `npx jest --selectProjects unit`. scripts/tests.ts says which run together.
const project = (name, more = {}) => ({
  displayName: name,
  rootDir: __dirname,
  testEnvironment: "node",
  testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
  modulePathIgnorePatterns: ["<rootDir>/.tools", "<rootDir>/.state"],
  transform: {
    "\\.ts$": [
      "@swc/jest",
      { jsc: { target: "es2022", parser: { syntax: "typescript" } }, module: { type: "commonjs" } },
    ],
  },
  ...more,
});

module.exports = {
  projects: [
    project("unit"),
    // Pulumi's SDK loads these, 700 modules and nine megabytes, to send functions to a cloud, which nobody does here.
    project("component", {
      moduleNameMapper: { "^(@npmcli/arborist|typescript)$": "<rootDir>/test/component/unused.cjs" },
    }),
    project("conformance"),
    project("e2e"),
    project("long"),
  ],
  // Jest would leave one of two cores idle.
  maxWorkers: "100%",
  // For the suites that start processes; unit tests that come near it are wrong.
  testTimeout: 30_000,
};
