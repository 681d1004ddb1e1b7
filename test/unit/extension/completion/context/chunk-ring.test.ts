import assert from "node:assert/strict";

import fc from "fast-check";

import { ChunkRing, isSameEnough } from "../../../../../extension/completion/context/chunk-ring.ts";
import type { Snippet } from "../../../../../extension/completion/context/context-source.ts";

const snippet = (name: string, lines = 10, over: Partial<Snippet> = {}): Snippet => ({
  key: name, uri: `file:///${name}`, filename: name, text: Array.from({ length: lines }, (_, i) => `${name} line ${i}`).join("\n"), ...over,
});

describe("ChunkRing", () => {
  const names = (ring: ChunkRing, uri = ""): string[] => ring.chunks(uri).map(({ filename }) => filename);

  it("keeps what it has in its place and adds to the end", () => {
    const ring = new ChunkRing(1000);
    assert.equal(ring.update([snippet("a"), snippet("b")], ""), true);
    assert.equal(ring.update([snippet("c"), snippet("b"), snippet("a")], ""), true);
    assert.deepEqual(names(ring), ["a", "b", "c"]);
    assert.equal(ring.update([snippet("b")], ""), false, "what is not wanted now may be wanted again");
    assert.deepEqual(names(ring), ["a", "b", "c"]);
  });

  it("shows a file nothing of itself", () => {
    const ring = new ChunkRing(1000);
    ring.update([snippet("a"), snippet("b")], "");
    assert.deepEqual(names(ring, "file:///a"), ["b"]);
    ring.update([snippet("a"), snippet("b")], "file:///b");
    assert.deepEqual(names(ring), ["a"]);
  });

  it("leaves a text that changed little, and moves one that changed much to the end", () => {
    const ring = new ChunkRing(1000);
    const old = snippet("a", 30);
    ring.update([old, snippet("b")], "");
    assert.equal(ring.update([{ ...old, text: old.text.replace("line 7", "line seven") }], ""), false);
    assert.equal(ring.update([{ ...old, text: "all new" }], ""), true);
    assert.deepEqual(ring.chunks("").map(({ text }) => text.split("\n")[0]), ["b line 0", "all new"]);
  });

  it("takes the same text once, whatever its key", () => {
    const ring = new ChunkRing(1000);
    ring.update([snippet("a"), { ...snippet("a"), key: "other" }], "");
    ring.update([{ ...snippet("a"), key: "third" }], "");
    assert.equal(ring.chunks("").length, 1);
  });

  it("drops what was transient as soon as it is not found any more", () => {
    const ring = new ChunkRing(1000);
    ring.update([snippet("problems", 3, { transient: true }), snippet("a")], "");
    ring.update([snippet("a")], "");
    assert.deepEqual(names(ring), ["a"]);
  });

  it("makes room by several at once, the unwanted first, so that the next time is far off", () => {
    const ring = new ChunkRing(400);
    const all = Array.from({ length: 20 }, (_, i) => snippet(`n${i}`, 10));
    const room = all.findIndex((_, i) => all.slice(0, i + 1).reduce((sum, { text, filename }) => sum + Math.ceil(text.length / 4) + Math.ceil(filename.length / 4), 0) > 400);
    for (const one of all.slice(0, room)) ring.update([one], "");
    assert.equal(ring.chunks("").length, room);
    const kept = names(ring)[0] ?? "";
    ring.update([all[room] as Snippet, all[0] as Snippet], "");
    assert.ok(names(ring).includes(kept), "what is wanted stays");
    assert.ok(names(ring).length < room, "more than one left");
    assert.equal(names(ring).at(-1), `n${room}`);
  });

  it("never exceeds its budget, never reorders, and is still where the same is wanted again", () => {
    const wanted = fc.array(fc.record({ name: fc.integer({ min: 0, max: 12 }), lines: fc.integer({ min: 1, max: 40 }) }), { maxLength: 8 });
    fc.assert(fc.property(fc.array(wanted, { maxLength: 12 }), fc.integer({ min: 20, max: 600 }), (updates, budget) => {
      const ring = new ChunkRing(budget);
      for (const update of updates) {
        const snippets = update.map(({ name, lines }) => snippet(`n${name}`, lines, { key: `n${name}/${lines}` }));
        const before = ring.chunks("");
        ring.update(snippets, "");
        const after = ring.chunks("");
        assert.ok(ring.tokens <= budget, `${ring.tokens} of ${budget}`);
        const survivors = after.filter((chunk) => before.includes(chunk));
        assert.deepEqual(survivors, before.filter((chunk) => after.includes(chunk)), "order");
        assert.deepEqual(after.slice(0, survivors.length), survivors, "new ones at the end");
      }
    }));
  });
});

describe("isSameEnough", () => {
  it("compares lines, not places", () => {
    assert.ok(isSameEnough("a\nb\nc", "a\n b\nc"));
    assert.ok(!isSameEnough("a\nb\nc", "a\nb\nd"));
    assert.ok(isSameEnough("", ""));
  });
});
