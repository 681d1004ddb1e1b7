import assert from "node:assert/strict";

import fc from "fast-check";

import { evenChunks } from "../../../../runtime/engine/chunks.ts";

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
