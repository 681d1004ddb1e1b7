import { createTypeScriptImportResolver } from "eslint-import-resolver-typescript";
import { importX } from "eslint-plugin-import-x";
import globals from "globals";
import tseslint from "typescript-eslint";

/** Native and host modules, each allowed in one folder only. */
const confined = {
  vscode: "extension/",
  zeromq: "kernel/jupyter/",
  "node-llama-cpp": "runtime/engine/",
};
const inputOutput = ["fs", "fs/promises", "net", "http", "https", "child_process", "worker_threads", "dgram", "tls", "os", "process"]
  .flatMap((name) => [name, `node:${name}`]);

/** Forbids importing `names`, statically or dynamically. */
const forbid = (names) => ({
  "no-restricted-imports": ["error", { paths: names.map((name) => ({ name, message: "See the import rules in ARCHITECTURE.md." })) }],
  "no-restricted-syntax": ["error", ...names.map((name) => ({
    selector: `ImportExpression[source.value='${name}']`,
    message: `'${name}' may not be imported here. See the import rules in ARCHITECTURE.md.`,
  }))],
});
const confinedOutside = (folder) => Object.keys(confined).filter((name) => confined[name] !== folder);
const zone = (target, from, except = []) => ({ target: `./${target}`, from: `./${from}`, except: except.map((e) => `./${e}`), message: "See the import rules in ARCHITECTURE.md." });

export default tseslint.config(
  { ignores: ["dist/", "node_modules/", ".cache/"] },
  ...tseslint.configs.recommended,
  {
    files: ["**/*.ts"],
    plugins: { "import-x": importX },
    settings: { "import-x/resolver-next": [createTypeScriptImportResolver({ project: "tsconfig.json" })] },
    languageOptions: { globals: globals.node },
    rules: {
      ...forbid(confinedOutside("")),
      "max-lines": ["error", { max: 500 }],
      "import-x/no-default-export": "error",
      "import-x/no-cycle": "error",
      "import-x/no-restricted-paths": ["error", { zones: [
        zone("runtime", "kernel"),
        zone("runtime", "extension"),
        zone("kernel", "extension"),
        zone("kernel", "runtime", ["client", "models", "bytes.ts", "escape-html.ts", "errors.ts", "timing.ts", "entry.ts", "paths.ts", "lock.ts", "file.ts", "serve.ts", "dispose.ts", "nearest.ts", "api/types.ts", "audit", "config-file.ts"]),
        zone("extension", "kernel", ["cells", "jupyter/client"]),
        zone("extension", "runtime", ["client", "inert-markdown.ts", "escape-html.ts", "api/types.ts", "bytes.ts", "errors.ts", "timing.ts", "entry.ts", "paths.ts", "file.ts", "dispose.ts", "models/model.ts", "models/catalogue.ts"]),
        zone("kernel/cells", "kernel", ["cells"]),
        zone("kernel/jupyter", "kernel", ["jupyter"]),
      ] }],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "no-empty": ["error", { allowEmptyCatch: false }],
    },
  },
  ...Object.entries(confined).map(([, folder]) => ({ files: [`${folder}**/*.ts`], rules: forbid(confinedOutside(folder)) })),
  {
    files: ["kernel/cells/**/*.ts", "kernel/experiment/*.ts", "kernel/experiment/{assert,bench,compare,data,statistics,tools}/**/*.ts", "runtime/scheduler/**/*.ts", "runtime/bytes.ts", "runtime/timing.ts", "runtime/errors.ts", "runtime/nearest.ts"],
    rules: forbid([...Object.keys(confined), ...inputOutput]),
  },
  { files: ["test/**/*.ts", "**/*.cjs"], rules: { "@typescript-eslint/no-require-imports": "off", "no-restricted-imports": "off", "no-restricted-syntax": "off", "@typescript-eslint/no-unused-expressions": "off" } },
);
