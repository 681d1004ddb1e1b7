import assert from "node:assert/strict";

import fc from "fast-check";

import { ResponseOutput } from "../../../../runtime/api/responses/response-output.ts";
import type { ToolCall } from "../../../../runtime/api/types.ts";

type Json = Record<string, unknown>;

const piece = fc.record({ kind: fc.constantFrom<"thinking" | "answer">("thinking", "answer"), text: fc.constantFrom("a", " ", "\n", "b c", "é") });
const call = fc.record({ id: fc.uuid(), name: fc.constantFrom("add", "now") }).map(({ id, name }): ToolCall => ({ id, type: "function", function: { name, arguments: "{}" } }));

describe("ResponseOutput", () => {
  it("whatever comes: each item is begun, filled and ended in turn, and the items are what the events said", () => {
    fc.assert(fc.property(fc.array(piece, { maxLength: 20 }), fc.array(call, { maxLength: 3 }), fc.boolean(), (pieces, calls, isCut) => {
      const items: Json[] = [];
      let open: { id: unknown; text: string } | null = null;
      const output = new ResponseOutput((type, fields) => {
        assert.equal(fields["output_index"], items.length, type);
        const step = type.split(".").at(-1);
        if (type === "response.output_item.added") {
          assert.equal(open, null);
          open = { id: (fields["item"] as Json)["id"], text: "" };
        } else if (type === "response.output_item.done") {
          const item = fields["item"] as Json;
          assert.equal(item["id"], open?.id);
          const content = item["content"] as Array<{ text: string }> | undefined;
          assert.equal(content === undefined ? item["arguments"] : content[0]?.text, open?.text);
          items.push(item);
          open = null;
        } else {
          assert.equal(fields["item_id"], open?.id, type);
          if (step === "delta" && open !== null) open.text += String(fields["delta"]);
        }
      });
      for (const one of pieces) output.push(one);
      output.end(calls, isCut);
      assert.equal(open, null);
      assert.deepEqual(output.items, items);
      const textOf = (type: string): string => items.filter((item) => item["type"] === type).map((item) => (item["content"] as Array<{ text: string }>)[0]?.text).join("");
      const given = (kind: "thinking" | "answer"): string => pieces.filter((one) => one.kind === kind).map(({ text }) => text).join("");
      assert.equal(textOf("reasoning"), given("thinking"));
      assert.equal(textOf("message").replace(/\s/g, ""), given("answer").replace(/\s/g, ""));
      assert.equal(items.filter((item) => item["type"] === "function_call").length, calls.length);
      assert.ok(items.length > 0 && new Set(items.map((item) => item["id"])).size === items.length);
    }));
  });
});
