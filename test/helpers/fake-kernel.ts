import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { packageRoot } from "../../runtime/entry.ts";
import type { KernelSpec } from "../../kernel/jupyter/client/child.ts";

/** How to start the fake kernel as a process of its own. `state` is its history folder. */
export function fakeKernelSpec(state: string): KernelSpec {
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
  const argv = [process.execPath, "--import", tsx, join(packageRoot(), "test", "helpers", "fake-kernel-process.ts"), "{connection_file}"];
  return { argv, env: { FAKE_KERNEL_STATE: state }, name: "fake" };
}
