import assert from "node:assert/strict";
import { answerOutput, type Answer } from "../../../../kernel/display/answer.ts";

const show = (fields: Partial<Answer>) => answerOutput({ answer: "16", thinking: "", thinkingTokens: null, finish: "stop", ...fields }).data;

describe("answerOutput", () => {
  it("is the answer as Markdown and as text", () => {
    assert.deepEqual(show({ answer: "It is **16**." }), { "text/markdown": "It is **16**.", "text/plain": "It is **16**." });
  });

  it("folds the thinking above the answer, as one line that no Markdown reaches into", () => {
    const markdown = String(show({ thinking: "a\n\n</pre><b> *x* $y$", thinkingTokens: 7 })["text/markdown"]);
    const [fold, empty, answer] = markdown.split("\n");
    assert.match(fold ?? "", /^<details><summary>Thinking \(7 tokens\)<\/summary><pre style="white-space:pre-wrap">[^<>*$\n]*<\/pre><\/details>$/);
    assert.match(fold ?? "", /a&#10;&#10;&#60;&#47;pre&#62;/);
    assert.equal(empty, "");
    assert.equal(answer, "16");
    assert.equal(show({ thinking: "a" })["text/plain"], "16");
  });

  it("fault 51: model text is inert in every form", () => {
    const data = show({ answer: "![x](http://evil.example/a.png)<script>\u001b[31m", thinking: "<script>\u001b[31m" });
    assert.doesNotMatch(String(data["text/markdown"]), /<script|!\[|\u001b/);
    assert.doesNotMatch(String(data["text/plain"]), /\u001b/);
  });

  const remarks: Array<[title: string, fields: Partial<Answer>, remark: RegExp]> = [
    ["cut off", { finish: "length" }, /Cut off at the token limit\./],
    ["limit reached while thinking", { answer: "", thinking: "so", finish: "length" }, /No answer: the token limit was reached while thinking\./],
    ["empty answer", { answer: " " }, /The model gave an empty answer\./],
  ];
  for (const [title, fields, remark] of remarks) {
    it(title, () => {
      assert.match(String(show(fields)["text/markdown"]), remark);
      assert.match(String(show(fields)["text/plain"]), remark);
    });
  }

  it("makes no remark on an interrupted reply", () => {
    assert.deepEqual(show({ answer: "half", finish: null }), { "text/markdown": "half", "text/plain": "half" });
    assert.equal(show({ answer: "", thinking: "so", finish: null })["text/plain"], "");
  });
});
