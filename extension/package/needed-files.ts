import type { Platform } from "./platform.ts";

/** What a package needs beside its code: licence texts go along with what they cover. */
const CODE = /(^|\/)(package\.json|LICEN[CS]E[^/]*|COPYING[^/]*|[^/]+\.(c|m)?js|[^/]+\.json)$/i;
const NEVER = /(^|\/)(test|tests|__tests__|docs?|examples?|\.github)\/|\.(d\.[cm]?ts|map|md)$|(^|\/)tsconfig[^/]*\.json$/i;

/** The builds of zeromq that its loader takes on the Nodes of all supported VS Codes; the others are for older ones. */
const ZEROMQ_ABIS: readonly string[] = ["115", "127"];

/** Rules for packages of which only a part is needed; the others keep {@link CODE}. */
const RULES: Readonly<Record<string, (path: string, platform: Platform) => boolean>> = {
  zeromq: (path, platform) => /^(package\.json|LICENSE.*|lib\/.*\.js|build\/manifest\.json)$/.test(path) || isZeromqBuild(path, platform),
  "cmake-ts": (path) => /^(package\.json|LICENSE.*|build\/loader\.js)$/.test(path),
  "dejavu-fonts-ttf": (path) => ["package.json", "LICENSE", "ttf/DejaVuSans.ttf"].includes(path),
  // Its folder `llama` also holds what builds the library anew, and its `cli` the commands for that.
  "node-llama-cpp": (path) => /^(package\.json|LICENSE|dist\/(?!cli\/commands\/).*\.js|llama\/[^/]+\.json|llama\/grammars\/.*)$/.test(path),
};

/** True for a file (by its path within the package, with slashes) that the installed extension needs. */
export function isNeeded(packageName: string, path: string, platform: Platform): boolean {
  if (/(^|\/)node_modules\//.test(path)) return false;
  const rule = RULES[packageName];
  if (rule !== undefined) return rule(path, platform);
  if (packageName.startsWith("@node-llama-cpp/")) return !/\.(md|d\.ts|map)$/.test(path);
  return /\.(node|wasm)$/.test(path) || (CODE.test(path) && !NEVER.test(path));
}

function isZeromqBuild(path: string, { os, cpu, libc }: Platform): boolean {
  const match = /^build\/([^/]+)\/([^/]+)\/node\/([a-z]+)-(\d+)-Release\/addon\.node$/.exec(path);
  return match !== null && match[1] === os && match[2] === cpu && match[3] === libc && ZEROMQ_ABIS.includes(match[4] ?? "");
}

/** Packages that are declared as dependencies but only compile native code, binaries for graphics processors, and those for other platforms. */
export function isLeftOut(packageName: string, { os, cpu }: Platform): boolean {
  if (BUILD_ONLY.has(packageName)) return true;
  const binary = packageName.startsWith(BINARIES) ? packageName.slice(BINARIES.length) : undefined;
  // By name: some declare processors on which they only help to build.
  return binary !== undefined && ![`${LLAMA_SYSTEMS[os]}-${cpu}`, `${LLAMA_SYSTEMS[os]}-${cpu}-metal`].includes(binary);
}

const BUILD_ONLY: ReadonlySet<string> = new Set(["cmake-js", "node-addon-api"]);
const BINARIES = "@node-llama-cpp/";
const LLAMA_SYSTEMS: Readonly<Partial<Record<NodeJS.Platform, string>>> = { linux: "linux", darwin: "mac", win32: "win" };
