import assert from "node:assert/strict";
import { growthPerThousand, type SoakWindow, soakRows } from "../../../bench/serving/soak-figures.ts";

const MIB = 2 ** 20;

const window = (change: { tpot?: number; engine?: number; handles?: number }): SoakWindow => ({
  figures: { requests: 100, requestsPerS: 10, tokensPerS: 100, tpot: Array<number>(20).fill(change.tpot ?? 50), ttft: [] },
  runtime: { anonymous: 80 * MIB, handles: 30 },
  engine: { anonymous: change.engine ?? 300 * MIB, handles: change.handles ?? 20 },
});

describe("figures of a soak", () => {
  it("take the growth from all windows, so that one that swings decides nothing", () => {
    const growing = Array.from({ length: 10 }, (_, i) => window({ engine: (300 + i) * MIB }));
    assert.ok(Math.abs(growthPerThousand(growing, ({ engine }) => engine.anonymous) / MIB - 10) < 1e-9);
    const swinging = Array.from({ length: 11 }, (_, i) => window({ engine: (i === 5 ? 320 : 300) * MIB }));
    assert.ok(Math.abs(growthPerThousand(swinging, ({ engine }) => engine.anonymous)) < 1);
  });

  it("are met by a server that stays as it is", () => {
    assert.deepEqual(soakRows(Array.from({ length: 10 }, () => window({})), 4).filter(({ met }) => !met), []);
  });

  it("show a server that becomes slower, grows, or keeps file handles", () => {
    const windows = Array.from({ length: 10 }, (_, i) => window({ tpot: 50 + i, engine: (300 + i) * MIB, handles: 20 + i }));
    assert.deepEqual(soakRows(windows, 4).filter(({ met }) => !met).map(({ what }) => /TPOT|memory of the engine|handles of the engine/.exec(what)?.[0]), ["TPOT", "memory of the engine", "handles of the engine"]);
  });
});
