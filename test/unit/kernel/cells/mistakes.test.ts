import assert from "node:assert/strict";
import { errorsOf, fixture } from "./cells-helper.ts";

interface Mistakes {
  keys: Record<string, string | null>;
  values: Array<[key: string, typed: unknown, meant: string | null]>;
  cells: Array<[source: string, code: string, replacement: string | null]>;
}

const { keys, values, cells } = fixture("mistakes.yaml") as Mistakes;

describe("mistakes never reach the model", () => {
  for (const [typed, meant] of Object.entries(keys)) {
    it(`key ${typed}`, () => {
      const [error] = errorsOf(`---\n${typed}: 1\n---\nHi`);
      assert.equal(error?.code, "unknown_key");
      assert.equal(error.fix?.replacement, meant ?? undefined);
    });
  }

  for (const [key, typed, meant] of values) {
    it(`${key}: ${String(typed)}`, () => {
      const [error] = errorsOf(`---\n${key}: ${String(typed)}\n---\nHi`);
      assert.ok(error, "it must be refused");
      assert.equal(error.fix?.replacement, meant ?? undefined);
    });
  }

  for (const [source, code, replacement] of cells) {
    it(JSON.stringify(source), () => {
      const [error] = errorsOf(source);
      assert.equal(error?.code, code);
      assert.equal(error.fix?.replacement, replacement ?? undefined);
    });
  }

  it("are at least 120", () => {
    assert.ok(Object.keys(keys).length + values.length + cells.length >= 120);
  });
});
