import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Battery, linuxPowerProbe } from "../../../../extension/completion/battery.ts";

describe("battery", () => {
  const folder = mkdtempSync(join(tmpdir(), "retort-power-"));
  after(() => rmSync(folder, { recursive: true }));

  const cases: readonly [name: string, supplies: Record<string, Record<string, string>>, discharging: boolean][] = [
    ["a desktop", {}, false],
    ["unplugged", { BAT0: { type: "Battery", status: "Discharging" }, AC: { type: "Mains", online: "0" } }, true],
    ["plugged in", { BAT0: { type: "Battery", status: "Charging" }, AC: { type: "Mains", online: "1" } }, false],
    ["plugged in, and yet the battery gives", { BAT0: { type: "Battery", status: "Discharging" }, AC: { type: "Mains", online: "1" } }, false],
    ["the mouse's battery", { mouse: { type: "Battery", scope: "Device", status: "Discharging" } }, false],
    ["full", { BAT0: { type: "Battery", status: "Full" } }, false],
  ];
  for (const [name, supplies, discharging] of cases) {
    it(name, async () => {
      const root = join(folder, name);
      mkdirSync(root);
      for (const [supply, files] of Object.entries(supplies)) {
        mkdirSync(join(root, supply));
        for (const [file, text] of Object.entries(files)) writeFileSync(join(root, supply, file), `${text}\n`);
      }
      assert.equal(await linuxPowerProbe(root)(), discharging);
    });
  }

  it("is not known where there is no such folder", async () => assert.equal(await linuxPowerProbe(join(folder, "none"))(), false));

  it("is looked at again only after a while, and nobody waits for it", async () => {
    let now = 0;
    let probes = 0;
    const battery = new Battery(() => { probes++; return Promise.resolve(true); }, () => now, () => undefined);
    assert.equal(battery.discharging, false);
    await Promise.resolve();
    assert.equal(battery.discharging, true);
    now = 20_000;
    assert.equal(battery.discharging, true);
    assert.equal(probes, 1);
    now = 40_000;
    assert.equal(battery.discharging, true);
    assert.equal(probes, 2);
  });

  it("reports a probe that fails, and keeps what it knew", async () => {
    const errors: unknown[] = [];
    const battery = new Battery(() => Promise.reject(new Error("no")), () => 0, (error) => errors.push(error));
    await battery.refresh();
    assert.equal(battery.discharging, false);
    assert.equal(errors.length, 1);
  });
});
