import { execFile } from "node:child_process";
import { chmod, cp, mkdir, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { stageNatives } from "../../../extension/package/natives.ts";
import { platformOf } from "../../../extension/package/platform.ts";
import { packageRoot } from "../../../runtime/entry.ts";
import { r1Header } from "../../helpers/models.ts";
import { type CarryBackend, prebuiltPackages } from "./backend.ts";
import { bundleBench } from "./bundle-bench.ts";
import { copyPackage } from "./copy-package.ts";
import { copyModelHeader } from "./model-header.ts";

const run = promisify(execFile);

export interface CarryOptions {
  backend: CarryBackend;
  /** The Node that goes along; one that depends on no library beyond the C library's own. */
  node: string;
  /** llama.cpp's sources, from which the GPU machine builds llama-bench (it then needs git, cmake and a compiler). */
  withSources: boolean;
}

/** What lies in the repository and is read as it is. */
const FILES: readonly string[] = ["package.json", "LICENSE", "runtime/models/catalogue.json", "kernel/logos", "test/fixtures/typing", "test/bench/peers/bare-loop-process.mjs"];
const SOURCES = "node_modules/node-llama-cpp/llama/gitRelease.bundle";

const START = `#!/bin/sh
cd "$(dirname "$0")" && exec bin/node dist/bench.js "$@"
`;

/** Makes \`folder\` hold all that the benchmarks need on a machine without Node and network: start with \`./bench --gpu\`. */
export async function stageCarry(folder: string, { backend, node, withSources }: CarryOptions): Promise<void> {
  const root = packageRoot();
  const platform = platformOf();
  await rm(folder, { recursive: true, force: true });
  const copy = async (from: string, to: string): Promise<void> => {
    await mkdir(dirname(join(folder, to)), { recursive: true });
    await cp(from, join(folder, to), { recursive: true, dereference: true });
  };
  for (const path of [...FILES, ...(withSources ? [SOURCES] : [])]) await copy(join(root, path), path);
  await copy(node, "bin/node");
  await run(process.execPath, ["esbuild.config.mjs", "--outdir", join(folder, "dist"), "--no-chat-page", "--release"], { cwd: root });
  await bundleBench(folder);
  await stageNatives(folder, platform);
  for (const name of prebuiltPackages(backend)) await copyPackage(name, folder, platform);
  // A text that the replay of keystrokes types into.
  await copyPackage("ignore", folder, platform);
  await copyModelHeader(await r1Header(), join(folder, ".cache", "retort", "models", "r1-header", "model_part_0000"));
  await mkdir(join(folder, "test", "bench", "results"), { recursive: true });
  await writeFile(join(folder, "bench"), START);
  await chmod(join(folder, "bench"), 0o755);
}

/** Packs a staged folder; `level` is that of xz. Resolves to the archive's bytes. */
export async function packCarry(folder: string, archive: string, level = 6): Promise<number> {
  await run("tar", ["-cJf", archive, "-C", folder, "."], { env: { ...process.env, XZ_OPT: `-${level} -T0` } });
  return (await stat(archive)).size;
}
