import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { parameterTable } from "../../../../kernel/cli/serve-parameters.ts";
import { type FakeRuntime, startFakeRuntime } from "../fake-runtime.ts";

const PAGE = readFileSync(new URL("../../../../docs/serving.md", import.meta.url), "utf8");

interface CurlCall {
  path: string;
  body: string | undefined;
}

/** The calls of curl in the page, read as a shell would. */
const calls: CurlCall[] = [...PAGE.matchAll(/```sh\ncurl (?:-N )?"\$RETORT_URL([^"]+)" -H "Authorization: Bearer \$RETORT_API_KEY"(?: -H "Content-Type: application\/json" \\\n {2}-d '([^']+)')?\n```/g)]
  .map(([, path = "", body]) => ({ path, body }));

describe("docs/serving.md", () => {
  let fake: FakeRuntime;
  before(async () => { fake = await startFakeRuntime({ models: ["chatty"] }); });
  after(() => fake.runtime.dispose());

  it("has no call of curl that is not tried here", () => {
    assert.equal(calls.length, PAGE.split("\ncurl ").length - 1);
    assert.ok(calls.length >= 9);
  });

  for (const { path, body } of calls) {
    it(`${path} ${(body ?? "").slice(0, 60)}`, async () => {
      const response = await fake.call(body === undefined ? "GET" : "POST", path, body);
      assert.equal(response.status, 200, await response.text());
    });
  }

  it("has the table of parameters as the command has it", () => {
    assert.ok(PAGE.includes(parameterTable()), `The page must have:\n${parameterTable()}`);
  });

  it("shows an error as it comes", async () => {
    const shown = JSON.parse(/```json\n(.*)\n```/.exec(PAGE)?.[1] ?? "") as { error: Record<string, unknown> };
    const { error } = (await (await fake.call("POST", "/v1/chat/completions", { model: "gpt-9", messages: [{ role: "user", content: "x" }] })).json()) as { error: Record<string, unknown> };
    assert.deepEqual({ ...error, message: "" }, { ...shown.error, message: "" });
  });
});
