import assert from "node:assert/strict";

import { connectRemote } from "../../../../runtime/client/connect.ts";
import type { RuntimeClient } from "../../../../runtime/client/runtime-client.ts";
import type { RetortError } from "../../../../runtime/errors.ts";
import { RecordedServer, recordings } from "../../../helpers/recorded-server.ts";

const ASK = { model: "deepseek-r1:1.5b", messages: [{ role: "user" as const, content: "What is 2 + 2?" }] };

/** A chunk as Ollama's chat route writes it; an error that comes after the first one becomes a chunk with nothing in it. */
const chunk = (delta: object, finish: string | null = null): object => ({ id: "chatcmpl-5", object: "chat.completion.chunk", created: 1760000000, model: ASK.model, system_fingerprint: "fp_ollama", choices: [{ index: 0, delta: { role: "assistant", content: "", ...delta }, finish_reason: finish }] });

describe("what is particular to Ollama", () => {
  const [, recording] = recordings().find(([kind]) => kind === "ollama") ?? assert.fail();
  let server: RecordedServer;
  let client: RuntimeClient;
  beforeEach(async () => {
    server = await RecordedServer.start({ ...recording });
    client = connectRemote({ url: server.url, key: null });
  });
  afterEach(async () => {
    await client.dispose();
    await server.close();
  });

  const failure = (): Promise<RetortError> => client.chat(ASK).then(() => assert.fail("it was answered"), (error: RetortError) => error);

  it("fault 78: thinking under its three names", async () => {
    for (const name of ["reasoning", "thinking", "reasoning_content"]) {
      server.recording = { ...recording, stream: [chunk({ [name]: "Two and two." }), chunk({ content: "4" }), chunk({}, "stop"), "[DONE]"] };
      const { thinking, answer, usage } = await client.chat(ASK);
      assert.deepEqual([thinking, answer, usage], ["Two and two.", "4", null], name);
    }
  });

  it("fault 78: a runner that dies in the middle leaves an empty chunk and no end: that is no answer", async () => {
    server.recording = { ...recording, stream: [chunk({ content: "It is" }), chunk({})] };
    assert.equal((await failure()).code, "stream_cut");
  });

  it("an error before the stream, as its routes for OpenAI's clients and its own ones write it", async () => {
    const message = 'model "deepseek-r1:1.5b" not found, try pulling it first';
    for (const error of [{ message, type: "not_found_error", param: null, code: null }, message]) {
      server.refusals.push((_request, response) => response.writeHead(404, { "content-type": "application/json" }).end(JSON.stringify({ error })));
      const { code, status, message: said } = await failure();
      assert.deepEqual([code, status, said.includes("try pulling it first")], ["http_404", 404, true], said);
    }
  });

  it("fault 78: an error inside the stream that is only a text", async () => {
    server.recording = { ...recording, stream: [chunk({ content: "It is" }), { error: "llama runner process has terminated" }] };
    assert.match((await failure()).message, /llama runner process has terminated/);
  });
});
