import assert from "node:assert/strict";

import type { ContextPart } from "../../../../../extension/explain/context/context-part.ts";
import { commitMessage } from "../../../../../extension/explain/prompts/commit-message.ts";
import { documentFunction } from "../../../../../extension/explain/prompts/document-function.ts";
import { explainError } from "../../../../../extension/explain/prompts/explain-error.ts";
import { explainFile } from "../../../../../extension/explain/prompts/explain-file.ts";
import { explainSelection } from "../../../../../extension/explain/prompts/explain-selection.ts";
import { explainTerminal } from "../../../../../extension/explain/prompts/explain-terminal.ts";
import { fence } from "../../../../../extension/explain/prompts/fence.ts";
import { messagesOf, type PromptFacts } from "../../../../../extension/explain/prompts/prompt.ts";
import { suggestFix } from "../../../../../extension/explain/prompts/suggest-fix.ts";
import { summariseChange } from "../../../../../extension/explain/prompts/summarise-change.ts";
import { writeTest } from "../../../../../extension/explain/prompts/write-test.ts";

const PROMPTS = { commitMessage, documentFunction, explainError, explainFile, explainSelection, explainTerminal, suggestFix, summariseChange, writeTest };
const part = (kind: ContextPart["kind"], label: string, text: string): ContextPart => ({ kind, label, text, language: "python", trim: "end" });
const facts: PromptFacts = { file: "parse.py", language: "Python", answerIn: null, parts: [part("subject", "selection", "x = 1"), part("diagnostics", "messages", "line 1: error: bad"), part("imports", "imports", "import os")] };

describe("messagesOf", () => {
  for (const [name, prompt] of Object.entries(PROMPTS)) {
    it(`${name}: a system prompt only where the model takes one`, () => {
      assert.deepEqual(messagesOf(prompt, facts, { system: true, brief: false }).map(({ role }) => role), ["system", "user"]);
      assert.deepEqual(messagesOf(prompt, facts, { system: false, brief: false }).map(({ role }) => role), ["user"]);
      assert.deepEqual(messagesOf(prompt, facts, { system: true, brief: true }).map(({ role }) => role), ["user"]);
    });

    it(`${name}: short instructions for small models`, () => {
      const { brief, full } = prompt(facts);
      assert.ok(brief.length <= 140 && brief.length < full.length, `${brief.length} and ${full.length} characters`);
    });
  }

  it("puts background first, the subject last, the question at the end", () => {
    const [message] = messagesOf(explainSelection, facts, { system: true, brief: true });
    assert.equal(message?.content, "Imports:\n```python\nimport os\n```\n\nMessages:\n```python\nline 1: error: bad\n```\n\nSelection in parse.py:\n```python\nx = 1\n```\n\nExplain what this Python code does, in a few sentences.");
  });

  it("leaves no gap for a language that is not known, and asks for the user's language", () => {
    const [message] = messagesOf(explainSelection, { ...facts, language: "", answerIn: "German", parts: [] }, { system: true, brief: true });
    assert.equal(message?.content, "Explain what this code does, in a few sentences. Answer in German.");
  });

  it("asks for mistakes where none are reported", () => {
    assert.match(suggestFix(facts).full, /reported problems/);
    assert.match(suggestFix({ ...facts, parts: [] }).full, /Find the mistakes/);
  });
});

describe("fence", () => {
  for (const [text, marks] of [["x", "```"], ["```js\n```", "````"], ["a `````` b", "```````"]] as const) {
    it(`cannot be ended by ${JSON.stringify(text)}`, () => assert.equal(fence(text, "md"), `${marks}md\n${text}\n${marks}`));
  }
});
