import assert from "node:assert/strict";

import { DEFAULT_SETTINGS, settingsFromEnv } from "../../../runtime/runtime-settings.ts";

describe("settingsFromEnv", () => {
  it("gives the defaults for an empty environment", () => {
    assert.deepEqual(settingsFromEnv({ RETORT_SLOTS: "" }), DEFAULT_SETTINGS);
  });

  it("reads every setting", () => {
    const env = {
      RETORT_GPU: "vulkan", RETORT_GPU_LAYERS: "12", RETORT_THREADS: "3", RETORT_CONTEXT: "8192", RETORT_SLOTS: "2", RETORT_QUEUE: "9", RETORT_KEEP_ALIVE_S: "300", RETORT_MEMORY: "6.5GB", RETORT_PRECISION: "fp16",
      RETORT_KV_CACHE: "q8_0", RETORT_FALLBACK: "fail", RETORT_WATCHDOG_S: "30", RETORT_IDLE_EXIT_S: "never", RETORT_OFFLINE: "1",
      RETORT_AUDIT: "full", RETORT_AUDIT_REDACT: "emails", RETORT_AUDIT_FILE_MB: "2", RETORT_AUDIT_KEEP_DAYS: "30", RETORT_AUDIT_KEEP_MB: "all", RETORT_SAVE_PREFIXES: "512",
    };
    assert.deepEqual(settingsFromEnv(env), {
      gpu: "vulkan", gpuLayers: 12, threads: 3, contextSize: 8192, slots: 2, queueCapacity: 9, keepAliveMs: 300_000, memoryBudget: { bytes: 6.5e9 }, precision: "fp16",
      kvCacheType: "q8_0", fallback: "fail", watchdogMs: 30_000, idleExitMs: null, offline: true,
      audit: "full", auditRedact: "emails", auditFileBytes: 2 * 1024 * 1024, auditKeepDays: 30, auditKeepBytes: null, savedPrefixBytes: 512 * 1024 * 1024,
    });
    assert.deepEqual(settingsFromEnv({ RETORT_MEMORY: "60%" }).memoryBudget, { share: 0.6 });
  });

  for (const [name, value] of [["RETORT_GPU", "quantum"], ["RETORT_SLOTS", "0"], ["RETORT_SLOTS", "4.5"], ["RETORT_SLOTS", "-1"], ["RETORT_CONTEXT", "1e6"], ["RETORT_MEMORY", "120%"], ["RETORT_MEMORY", "8"], ["RETORT_IDLE_EXIT_S", "0"], ["RETORT_AUDIT_KEEP_DAYS", "0"], ["RETORT_AUDIT_KEEP_MB", "none"], ["RETORT_SAVE_PREFIXES", "0"]] as const) {
    it(`refuses ${name}=${value} by name`, () => {
      assert.throws(() => settingsFromEnv({ [name]: value }), (error: Error & { code: string; hint: string }) => error.code === "bad_setting" && error.message.includes(name) && error.message.includes(value));
    });
  }
});
