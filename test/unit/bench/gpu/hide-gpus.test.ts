import assert from "node:assert/strict";
import { hideGpus } from "../../../bench/gpu/hide-gpus.ts";

describe("hiding the GPUs from new processes", () => {
  it("is undone to the last variable", () => {
    const env: NodeJS.ProcessEnv = { CUDA_VISIBLE_DEVICES: "1", OTHER: "x" };
    const show = hideGpus(env);
    assert.deepEqual([env.CUDA_VISIBLE_DEVICES, env.VK_ICD_FILENAMES, env.OTHER], ["-1", "/nonexistent", "x"]);
    show();
    assert.deepEqual(env, { CUDA_VISIBLE_DEVICES: "1", OTHER: "x" });
  });
});
