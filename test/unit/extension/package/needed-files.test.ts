import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { packageClosure, type LockedPackages } from "../../../../extension/package/closure.ts";
import { isLeftOut, isNeeded } from "../../../../extension/package/needed-files.ts";
import { EXTERNAL_PACKAGES, NEVER_LOADED } from "../../../../extension/package/natives.ts";
import { platformOf } from "../../../../extension/package/platform.ts";

const TARGETS = ["linux-x64", "linux-arm64", "darwin-x64", "darwin-arm64", "win32-x64", "win32-arm64"];
const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8")) as { packages: LockedPackages };

describe("isNeeded", () => {
  const cases: [name: string, path: string, target: string, needed: boolean][] = [
    ["zeromq", "build/linux/x64/node/glibc-115-Release/addon.node", "linux-x64", true],
    ["zeromq", "build/linux/x64/node/musl-127-Release/addon.node", "linux-x64", false],
    ["zeromq", "build/linux/x64/node/glibc-72-Release/addon.node", "linux-x64", false],
    ["zeromq", "build/linux/x64/node/115/addon.node", "linux-x64", false],
    ["zeromq", "build/darwin/arm64/node/libc-115-Release/addon.node", "darwin-arm64", true],
    ["zeromq", "build/darwin/arm64/node/libc-115-Release/addon.node", "linux-x64", false],
    ["zeromq", "build/manifest.json", "linux-x64", true],
    ["zeromq", "lib/index.d.ts", "linux-x64", false],
    ["zeromq", "src/socket.cc", "linux-x64", false],
    ["dejavu-fonts-ttf", "ttf/DejaVuSans.ttf", "linux-x64", true],
    ["dejavu-fonts-ttf", "ttf/DejaVuSerif.ttf", "linux-x64", false],
    ["node-llama-cpp", "dist/index.js", "linux-x64", true],
    ["node-llama-cpp", "dist/index.js.map", "linux-x64", false],
    ["node-llama-cpp", "llama/gitRelease.bundle", "linux-x64", false],
    ["node-llama-cpp", "llama/binariesGithubRelease.json", "linux-x64", true],
    ["@node-llama-cpp/linux-x64", "bins/linux-x64/libllama.so", "linux-x64", true],
    ["anything", "dist/index.mjs", "linux-x64", true],
    ["anything", "dist/index.d.mts", "linux-x64", false],
    ["anything", "LICENSE-MIT.txt", "linux-x64", true],
    ["anything", "README.md", "linux-x64", false],
    ["anything", "test/index.js", "linux-x64", false],
    ["anything", "node_modules/inner/index.js", "linux-x64", false],
  ];
  for (const [name, path, target, needed] of cases) {
    it(`${name}: ${path} on ${target}: ${needed}`, () => assert.equal(isNeeded(name, path, platformOf(target)), needed));
  }
});

describe("what the extension's native packages need", () => {
  for (const target of TARGETS) {
    it(`${target}: one engine and one renderer, no GPU, no compiler`, () => {
      const names = packageClosure(packages, EXTERNAL_PACKAGES, platformOf(target), isLeftOut).map(({ name }) => name);
      assert.equal(names.filter((name) => name.startsWith("@node-llama-cpp/")).length, 1, names.join(" "));
      assert.equal(names.filter((name) => /^@resvg\/resvg-js-/.test(name)).length, 1, names.join(" "));
      assert.deepEqual(names.filter((name) => /cuda|vulkan|cmake-js|node-addon-api/.test(name)), []);
      for (const external of EXTERNAL_PACKAGES) assert.ok(names.includes(external));
    });
  }

  it("are those that the bundle leaves out", () => {
    const config = readFileSync("esbuild.config.mjs", "utf8");
    const external = /external: (\[[^\]]*\])/.exec(config)?.[1] ?? "[]";
    assert.deepEqual((JSON.parse(external) as string[]).sort(), ["vscode", ...EXTERNAL_PACKAGES, ...NEVER_LOADED].sort());
  });

  it("refuses a platform that is not made", () => {
    assert.throws(() => platformOf("alpine-x64"), /no package for alpine-x64.*linux-x64/);
  });
});
