import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { PACKAGE_FILES } from "../../../../extension/package/files.ts";

/** Every text inside `value` that names a file of the repository. */
function pathsIn(value: unknown): string[] {
  if (typeof value === "string") return /[/.]/.test(value) && (value.startsWith("./") || /^[\w./-]+\/[\w.-]+\.\w+$/.test(value)) ? [value.replace(/^\.\//, "")] : [];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(pathsIn) : [];
}

const inPackage = (path: string): boolean => path.startsWith("dist/") || PACKAGE_FILES.some((file) => path === file || path.startsWith(`${file}/`));

describe("the list of packaged files", () => {
  it("has every file that the manifest names", () => {
    const { contributes, main, l10n, icon } = JSON.parse(readFileSync("package.json", "utf8")) as Record<string, unknown>;
    const named = pathsIn([contributes, main, icon]);
    assert.ok(named.includes("dist/extension.cjs"), "finds paths at all");
    assert.deepEqual(named.filter((path) => !inPackage(path) || (!path.startsWith("dist/") && !existsSync(path))), []);
    assert.ok(inPackage(String(l10n).replace(/^\.\//, "")));
  });

  it("is what .vscodeignore lets through", () => {
    const allowed = readFileSync(".vscodeignore", "utf8").split("\n").filter((line) => line.startsWith("!")).map((line) => line.slice(1).replace(/\/\*\*$/, ""));
    assert.deepEqual(allowed.sort(), ["dist", ...PACKAGE_FILES].sort());
  });

  it("leaves out what trains adapters", () => {
    assert.equal(inPackage("runtime/models/adapters/train/README.md"), false);
    const { files } = JSON.parse(readFileSync("package.json", "utf8")) as { files: string[] };
    assert.equal(files.some((file) => "runtime/models/adapters/train/".startsWith(`${file}/`)), false);
  });
});
