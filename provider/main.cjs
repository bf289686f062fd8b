const path = require("node:path");
require("../scripts/compiled.cjs").load(path.join(__dirname, "main.ts"), "bundled");
