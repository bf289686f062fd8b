"use strict";
// A project a folder of test/: `npx jest --selectProjects unit`. scripts/tests.ts says which run together.
const project = (name) => ({
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
});

module.exports = {
  projects: ["unit", "component", "conformance", "e2e", "long"].map(project),
  // Jest would leave one of two cores idle.
  maxWorkers: "100%",
  // For the suites that start processes; unit tests that come near it are wrong.
  testTimeout: 30_000,
};
