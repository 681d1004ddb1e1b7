import assert from "node:assert/strict";
import { packageClosure, type LockedPackages } from "../../../../extension/package/closure.ts";
import { platformOf } from "../../../../extension/package/platform.ts";

const linux = platformOf("linux-x64");
const nothing = (): boolean => false;
const locations = (lock: LockedPackages, roots: string[], platform = linux, isLeftOut: (name: string) => boolean = nothing): string[] =>
  packageClosure(lock, roots, platform, isLeftOut).map(({ location }) => location);

describe("packageClosure", () => {
  it("follows dependencies, circles too, and takes nothing else", () => {
    const lock = {
      "node_modules/a": { version: "1.0.0", dependencies: { b: "*" } },
      "node_modules/b": { version: "1.0.0", dependencies: { a: "*" } },
      "node_modules/c": { version: "1.0.0" },
    };
    assert.deepEqual(locations(lock, ["a"]), ["node_modules/a", "node_modules/b"]);
  });

  it("finds the copy that node finds: own folder first, then those above", () => {
    const lock = {
      "node_modules/a": { version: "1.0.0", dependencies: { x: "*" } },
      "node_modules/a/node_modules/x": { version: "2.0.0", dependencies: { y: "*", "@s/z": "*" } },
      "node_modules/x": { version: "1.0.0" },
      "node_modules/y": { version: "1.0.0", dependencies: { x: "*" } },
      "node_modules/a/node_modules/@s/z": { version: "1.0.0", dependencies: { y: "*" } },
    };
    assert.deepEqual(locations(lock, ["a"]), ["node_modules/a", "node_modules/a/node_modules/@s/z", "node_modules/a/node_modules/x", "node_modules/x", "node_modules/y"]);
  });

  it("takes the binaries of the platform only", () => {
    const lock = {
      "node_modules/a": { version: "1.0.0", optionalDependencies: { "a-linux": "*", "a-musl": "*", "a-mac": "*", "a-arm": "*", "not-in-the-lock": "*" } },
      "node_modules/a-linux": { version: "1.0.0", os: ["linux"], cpu: ["x64"], libc: ["glibc"] },
      "node_modules/a-musl": { version: "1.0.0", os: ["linux"], cpu: ["x64"], libc: ["musl"] },
      "node_modules/a-mac": { version: "1.0.0", os: ["darwin"], cpu: ["x64"] },
      "node_modules/a-arm": { version: "1.0.0", os: ["linux"], cpu: ["arm64"] },
    };
    assert.deepEqual(locations(lock, ["a"]), ["node_modules/a", "node_modules/a-linux"]);
    assert.deepEqual(locations(lock, ["a"], platformOf("darwin-x64")), ["node_modules/a", "node_modules/a-mac"]);
  });

  it("goes no further where something is left out", () => {
    const lock = {
      "node_modules/a": { version: "1.0.0", dependencies: { builder: "*" } },
      "node_modules/builder": { version: "1.0.0", dependencies: { heavy: "*" } },
      "node_modules/heavy": { version: "1.0.0" },
    };
    assert.deepEqual(locations(lock, ["a"], linux, (name) => name === "builder"), ["node_modules/a"]);
  });

  it("names what is missing", () => {
    assert.throws(() => locations({ "node_modules/a": { version: "1.0.0", dependencies: { gone: "*" } } }, ["a"]), /node_modules\/a needs gone/);
  });
});
