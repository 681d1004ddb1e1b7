import assert from "node:assert/strict";

import type { ChatRequest } from "../../../../runtime/api/types.ts";
import { withClosedThought } from "../../../../runtime/client/closed-thought.ts";

describe("withClosedThought", () => {
  const request: ChatRequest = { model: "m", precision: "int8", max_tokens: 400, messages: [{ role: "user", content: "Why?" }] };
  it("closes a thought and keeps the rest of the request", () => {
    assert.deepEqual(withClosedThought(request, "  hm\n", 90), {
      model: "m", precision: "int8", max_tokens: 90, continue_final_message: true, add_generation_prompt: false,
      messages: [{ role: "user", content: "Why?" }, { role: "assistant", content: "<think>\nhm\n</think>\n\n" }],
    });
    assert.equal(withClosedThought(request, "hm", Infinity).max_tokens, 400);
  });
});
