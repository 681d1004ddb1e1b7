import assert from "node:assert/strict";

import fc from "fast-check";

import { evenChunks, growingChunks } from "../../../../runtime/engine/chunks.ts";

describe("evenChunks", () => {
  it("keeps all items in order, in the fewest parts, none larger than the limit, sizes within one", () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { maxLength: 300 }), fc.integer({ min: 1, max: 80 }), (items, limit) => {
        const chunks = evenChunks(items, limit);
        const sizes = chunks.map((chunk) => chunk.length);
        assert.deepEqual(chunks.flat(), items);
        assert.equal(chunks.length, Math.ceil(items.length / limit));
        assert.ok(sizes.every((size) => size >= 1 && size <= limit));
        assert.ok(sizes.length === 0 || Math.max(...sizes) - Math.min(...sizes) <= 1);
      }),
    );
  });
});

describe("growingChunks", () => {
  it("begins with small parts, so that a key is seen at once, and ends with large ones", () => {
    const sizes = growingChunks(Array.from({ length: 1_800 }), 128).map(({ length }) => length);
    assert.deepEqual(sizes.slice(0, 9), [8, 8, 8, 8, 8, 8, 8, 8, 8]);
    assert.equal(Math.max(...sizes), 128);
    assert.ok(sizes.length < 50, `${sizes.length} parts`);
    assert.deepEqual(growingChunks([1, 2, 3], 128), [[1, 2, 3]]);
    assert.deepEqual(growingChunks(Array.from({ length: 12 }), 128).map(({ length }) => length), [12], "a tiny last part costs as much as a whole one");
  });

  it("keeps all items in order, none larger than the limit, and each small against what came before", () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { maxLength: 1_500 }), fc.integer({ min: 1, max: 200 }), (items, limit) => {
        const chunks = growingChunks(items, limit);
        assert.deepEqual(chunks.flat(), items);
        let before = 0;
        for (const { length } of chunks) {
          assert.ok(length >= 1 && length <= limit);
          assert.ok(length <= 1.5 * Math.max(8, before / 10), `${length} after ${before}`);
          before += length;
        }
      }),
    );
  });
});
