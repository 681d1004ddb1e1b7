import assert from "node:assert/strict";
import fc from "fast-check";

import { memoryChart, memorySummary } from "../../../../extension/models/memory-chart.ts";
import { MemoryHistory, type MemorySample } from "../../../../extension/models/memory-history.ts";
import { memoryPage } from "../../../../extension/models/memory-page.ts";
import { english } from "../../../../extension/host/translate.ts";
import { loaded, status } from "./facts.ts";

const sample = (minute: number, ram: number, vram: number | null = null): MemorySample => ({ at: minute * 60_000, ram, vram });

describe("memory history", () => {
  it("keeps the first and the last sample and stays small", () => {
    const history = new MemoryHistory();
    for (let minute = 0; minute < 5000; minute++) history.add(sample(minute, minute));
    const { samples } = history;
    assert.ok(samples.length <= 721 && samples.length > 300, `${samples.length}`);
    assert.deepEqual([samples[0]?.at, samples.at(-1)?.at], [0, 4999 * 60_000]);
    assert.ok(samples.every(({ at }, index) => index === 0 || at > (samples[index - 1]?.at ?? 0)));
  });
});

describe("memory chart", () => {
  const points = (svg: string): number[][] => [...svg.matchAll(/points="([^"]+)"/g)].map(([, list = ""]) => list.split(/[ ,]/).map(Number));

  it("draws RAM and VRAM inside of the picture, whatever the values", () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 0, max: 1e12 }), fc.option(fc.integer({ min: 0, max: 1e12 }))), { minLength: 1 }), (rows) => {
      const sorted = [...rows].sort((a, b) => a[0] - b[0]).map(([at, ram, vram]) => sample(at, ram, vram));
      for (const line of points(memoryChart(sorted, english))) {
        line.forEach((value, index) => assert.ok(value >= 0 && value <= (index % 2 === 0 ? 640 : 220), String(value)));
      }
    }));
  });

  it("says in words what it shows", () => {
    const samples = [sample(0, 1e9), sample(1, 3e9), sample(10, 2e9, 5e8)];
    assert.equal(memorySummary(samples, english), "RAM 2.00 GB now, 3.00 GB at most; VRAM 500 MB now (3 measurements in 10 min)");
    assert.match(memoryChart(samples, english), /role="img" aria-label="RAM 2\.00 GB now/);
    assert.equal(memorySummary([], english), "No measurements yet: nothing runs.");
  });
});

describe("memory page", () => {
  it("has no scripts, nothing from outside, and shows names as text", () => {
    const page = memoryPage({ samples: [sample(0, 1)], status: status({ loaded: [loaded('<img src=x onerror="x">')] }), memory: null }, english, "en");
    assert.match(page, /default-src 'none'/);
    assert.ok(!/<script|<img|https?:\/\//.test(page), page);
    assert.match(page, /&#60;img/);
    assert.match(page, /<td class="number">1\.11 GB<\/td>/);
  });

  it("says that nothing is loaded", () => {
    assert.match(memoryPage({ samples: [], status: null, memory: null }, english, "zh-cn"), /<html lang="zh-cn">[^]*No model is in memory/);
  });
});
