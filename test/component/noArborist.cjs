"use strict";
// In place of @npmcli/arborist: whoever would use it fails.
exports.Arborist = class {
  constructor() {
    throw new Error("@npmcli/arborist is left out of component tests (jest.config.cjs)");
  }
};
