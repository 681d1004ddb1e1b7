import assert from "node:assert/strict";
import { JsRunner } from "../../../../kernel/experiment/js/js-runner.ts";
import type { Backend } from "../../../../kernel/experiment/model.ts";
import type { ModelAccess, ModelConnection } from "../../../../kernel/session/model-access.ts";
import { NotebookSession } from "../../../../kernel/session/notebook-session.ts";
import { openBackends, usualBackend } from "../../../../kernel/session/open-client.ts";
import { BackendAccess } from "../../../../kernel/session/backend-access.ts";
import { FakeAccess } from "../../../helpers/fake-access.ts";
import { FakeModel } from "../../../helpers/fake-model.ts";
import { errorOf } from "../../../helpers/notebook.ts";
import { RecordingContext } from "../../../helpers/recording-context.ts";

/** This machine, and a server that tells no files. */
class TwoPlaces implements ModelAccess {
  readonly models: Record<Backend, FakeModel> = { local: new FakeModel({ answer: "here" }), remote: new FakeModel({ answer: "there" }) };
  readonly #places: Record<Backend, FakeAccess> = { local: new FakeAccess(this.models.local), remote: new FakeAccess(this.models.remote) };

  get current(): ModelConnection | null {
    return this.#places.local.current;
  }

  get loaded(): string[] {
    return this.#places.local.calls;
  }

  async connect(_onStep: unknown, _signal: unknown, backend: Backend = "local"): Promise<ModelConnection> {
    const { model, runtime } = await this.#places[backend].connect();
    const far = { ...runtime, local: false, models: async () => [{ id: "far", object: "model" as const, created: 0, owned_by: "x" }] };
    return { model, runtime: backend === "local" ? runtime : far as ModelConnection["runtime"] };
  }

  dispose(): void {
    for (const place of Object.values(this.#places)) place.dispose();
  }
}

describe("backend", () => {
  let access: TwoPlaces;
  let session: NotebookSession;
  beforeEach(() => {
    access = new TwoPlaces();
    session = new NotebookSession({ access, js: new JsRunner({ folder: "." }), version: "0", model: undefined, folders: { notebook: ".", state: "." } });
  });
  const run = async (source: string) => {
    const context = new RecordingContext();
    return Object.assign(context, { outcome: await session.execute(source, context) });
  };

  it("is an axis: the same question here and there, each with a model of its own, interleaved and paired", async () => {
    const cell = await run("---\nname: both\nmatrix: { backend: [local, remote] }\nruns: 2\nwarmup: 0\nseed: 4\n---\nHi");
    assert.deepEqual(cell.outcome, { status: "ok" });
    assert.deepEqual([access.models.local, access.models.remote].map(({ requests }) => requests.map(({ model, seed }) => [model, seed])), [[["here", 4], ["here", 5]], [["far", 4], ["far", 5]]]);
    assert.deepEqual(access.loaded, ["load here int8"], "nothing is loaded for the server");
    assert.equal((await session.evaluate("both.corners | map: 'backend' | join: ' '"))["text/plain"], "local remote");
  });

  it("names one place for a cell, or for the notebook", async () => {
    await run("---\nbackend: remote\n---\nHi");
    await run("%defaults backend=remote");
    await run("Hi");
    assert.deepEqual([access.models.local.requests.length, access.models.remote.requests.length], [0, 2]);
  });

  it("cannot keep answers of a server that does not say which file answers", async () => {
    assert.equal(errorOf((await run("---\nmatrix: { backend: [local, remote] }\nseed: 1\ncache: on\n---\nHi")).outcome).ename, "CacheUnavailable");
  });

  it("says what to do where no server is set", async () => {
    const none = new BackendAccess(openBackends({}), usualBackend({}));
    await assert.rejects(none.connect(() => undefined, new AbortController().signal, "remote"), { code: "no_remote" });
    assert.deepEqual([usualBackend({}), usualBackend({ RETORT_URL: "" }), usualBackend({ RETORT_URL: "http://x" })], ["local", "local", "remote"]);
  });
});
