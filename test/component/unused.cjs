"use strict";
// In place of modules that are left out of component tests (jest.config.cjs): whoever would use one fails.
module.exports = new Proxy(
  {},
  {
    get(_, name) {
      if (name === "__esModule") return false;
      return class {
        constructor() {
          throw new Error(`${String(name)} is left out of component tests (jest.config.cjs)`);
        }
      };
    },
  },
);
