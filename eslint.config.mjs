import eslint from "@eslint/js";
import boundaries from "eslint-plugin-boundaries";
import tseslint from "typescript-eslint";

/**
 * Which part may import which: the arrows of docs/architecture.md, transitively closed. `offline` stands by itself:
 * scripts start it as processes, and nothing imports it.
 */
const MAY_IMPORT = {
  spec: [],
  plan: ["spec"],
  transports: ["spec", "plan", "rpc"],
  rpc: [],
  provider: ["spec", "plan", "transports", "rpc"],
  classes: ["provider", "plan"],
  components: ["spec", "plan", "classes", "provider"],
  stacks: ["spec", "plan", "classes", "components", "ephemeral"],
  ephemeral: ["spec", "plan", "stacks", "operations", "provider", "transports", "rpc", "scripts"],
  operations: ["spec", "plan", "transports", "provider", "rpc"],
  cli: ["spec", "plan", "operations", "stacks", "ephemeral", "provider", "transports", "rpc", "scripts"],
  scripts: ["spec", "plan", "stacks", "operations", "provider", "transports", "rpc"],
  offline: [],
  program: ["spec", "stacks"],
};

const elements = [
  { type: "spec", pattern: "components/spec" },
  { type: "plan", pattern: "components/plan" },
  { type: "components", pattern: ["components/docker", "components/hosts", "components/rollout"] },
  { type: "rpc", pattern: "provider/rpc" },
  { type: "transports", pattern: "provider/transports" },
  { type: "classes", pattern: "provider/classes" },
  { type: "provider", pattern: "provider" },
  { type: "ephemeral", pattern: "stacks/ephemeral" },
  { type: "stacks", pattern: "stacks" },
  { type: "operations", pattern: "operations" },
  { type: "cli", pattern: "cli" },
  { type: "scripts", pattern: "scripts" },
  { type: "offline", pattern: "offline" },
];

/** A file that stands in no folder of its own. */
const PROGRAM = { category: "program", pattern: "index.ts" };

export default tseslint.config(
  { ignores: ["node_modules/", ".tools/", ".state/", "coverage/"] },
  eslint.configs.recommended,
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { boundaries },
    settings: {
      "boundaries/elements": elements,
      "boundaries/files": [PROGRAM],
      "import/resolver": { node: { extensions: [".ts", ".js", ".cjs"] } },
    },
    rules: {
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allowBoolean: true, allowNullish: false },
      ],
      "@typescript-eslint/no-non-null-assertion": "off",
      // An interface may promise what one of its kinds has at once.
      "@typescript-eslint/require-await": "off",
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "boundaries/dependencies": [
        "error",
        {
          default: "disallow",
          policies: Object.entries(MAY_IMPORT).map(([type, others]) => ({
            from: type === PROGRAM.category ? { file: { categories: type } } : { element: { type } },
            allow: { to: { element: { types: { anyOf: [type, ...others] } } } },
          })),
        },
      ],
    },
  },
  {
    // Tests look at everything, and hold what they know to be there.
    files: ["test/**/*.ts", "bench/**/*.ts"],
    rules: { "boundaries/dependencies": "off" },
  },
  {
    files: ["**/*.cjs"],
    languageOptions: {
      sourceType: "commonjs",
      globals: {
        require: "readonly",
        module: "writable",
        process: "readonly",
        __dirname: "readonly",
        console: "readonly",
        Buffer: "readonly",
      },
    },
  },
);
