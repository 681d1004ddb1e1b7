import assert from "node:assert/strict";

import { PARTS } from "../../../../extension/contributes/parts.ts";
import { runtimeEnvironment } from "../../../../extension/host/runtime-environment.ts";
import type { Settings } from "../../../../extension/host/settings.ts";
import { settingsFromEnv } from "../../../../runtime/runtime-settings.ts";

const DEFAULTS = Object.fromEntries(PARTS.flatMap((part) => Object.entries(("settings" in part ? part.settings : {}) as Record<string, { default: unknown }>)).map(([name, spec]) => [name, spec.default]));

function environment(changed: Record<string, unknown>): NodeJS.ProcessEnv {
  return runtimeEnvironment({ get: (name: string) => ({ ...DEFAULTS, ...changed })[name] } as unknown as Pick<Settings, "get">);
}

describe("runtimeEnvironment", () => {
  const given = Object.entries(process.env).filter(([name]) => name.startsWith("RETORT_"));
  before(() => { for (const [name] of given) delete process.env[name]; });
  after(() => { Object.assign(process.env, Object.fromEntries(given)); });

  it("gives a runtime nothing where nothing is set", () => {
    assert.deepEqual(Object.keys(environment({})).filter((name) => name.startsWith("RETORT_")), []);
  });

  for (const [setting, value, name, text] of [
    ["retort.precision", "fp16", "precision", "fp16"], ["retort.runtime.gpu", "cpu", "gpu", "cpu"], ["retort.runtime.threads", 3, "threads", 3],
    ["retort.runtime.contextLength", 2048, "contextSize", 2048], ["retort.runtime.offline", true, "offline", true],
    ["retort.runtime.audit", "full", "audit", "full"], ["retort.runtime.audit", "off", "audit", "off"],
  ] as const) {
    it(`${setting}: ${value} reaches the runtime`, () => assert.equal(settingsFromEnv(environment({ [setting]: value }))[name], text));
  }

  it("leaves what the environment says where the setting is at its default", () => {
    process.env.RETORT_PRECISION = "int8";
    try {
      assert.equal(settingsFromEnv(environment({})).precision, "int8");
      assert.equal(settingsFromEnv(environment({ "retort.precision": "fp16" })).precision, "fp16");
    } finally {
      delete process.env.RETORT_PRECISION;
    }
  });
});
