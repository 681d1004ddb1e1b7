import assert from "node:assert/strict";
import type { CheckResult } from "../../../../../kernel/experiment/assert/check.ts";
import type { CheckTools } from "../../../../../kernel/experiment/assert/check-tools.ts";
import { compileAssertions } from "../../../../../kernel/experiment/assert/compile-assertions.ts";
import type { AssertionSpec } from "../../../../../kernel/cells/assert/assertion.ts";
import { readAssertions } from "../../../../../kernel/cells/assert/read-assertions.ts";
import type { RunRecord } from "../../../../../kernel/experiment/result.ts";
import { finishedRun } from "../../../../../kernel/experiment/run-one.ts";
import { answerReader } from "../../../../../kernel/experiment/answer-reader.ts";
import { FakeModel, type ScriptedReply } from "../../../../helpers/fake-model.ts";

/** A finished run with this answer. */
export async function runWith(answer: string, over: ScriptedReply = {}): Promise<RunRecord> {
  const reply = await new FakeModel({ answer, ...over }).ask({ messages: [] }, () => undefined, new AbortController().signal);
  return { index: 0, corner: {}, repeat: 0, seed: 7, row: null, checks: [], passed: null, ...finishedRun(reply, answerReader(undefined)) };
}

/** What nothing in these tests may touch. */
const NO_TOOLS: CheckTools = {
  values: () => ({}),
  prompt: () => null,
  search: () => Promise.reject(new Error("search")),
  evaluate: () => Promise.reject(new Error("evaluate")),
  score: () => Promise.reject(new Error("score")),
  embed: () => Promise.reject(new Error("embed")),
  judge: () => Promise.reject(new Error("judge")),
  readText: () => Promise.reject(new Error("readText")),
};

/** The first result of `assertion` (as under `assert:`) on a run. */
export async function check(assertion: unknown, run: RunRecord, tools: Partial<CheckTools> = {}): Promise<CheckResult> {
  const read = readAssertions([assertion]);
  assert.ok(read.ok, read.ok ? "" : read.message);
  const [result] = await compileAssertions(read.value as AssertionSpec[], { ...NO_TOOLS, ...tools }).check(run, null, new AbortController().signal);
  return result as CheckResult;
}

/** A table: assertion, answer, verdict, and what the detail must say. Each is tried negated, too: the verdict turns round unless there is none. */
export function table(rows: ReadonlyArray<[assertion: Record<string, unknown>, answer: string, verdict: CheckResult["verdict"], detail?: RegExp]>, tools: Partial<CheckTools> = {}): void {
  for (const [assertion, answer, verdict, detail = /./] of rows) {
    it(`${JSON.stringify(assertion)} on ${JSON.stringify(answer.slice(0, 60))}: ${verdict}`, async () => {
      const run = await runWith(answer);
      const result = await check(assertion, run, tools);
      assert.deepEqual([result.verdict, result.passed], [verdict, verdict === "pass"], result.detail);
      assert.match(result.detail, detail);
      const turned = await check({ not: assertion }, run, tools);
      const expected = verdict === "none" ? "none" : verdict === "pass" ? "fail" : "pass";
      assert.deepEqual([turned.verdict, turned.passed], [expected, expected === "pass"]);
      assert.match(turned.name, /^not /);
    });
  }
}
