import { randomUUID } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { JsRunner } from "../../kernel/experiment/js/js-runner.ts";
import type { Model } from "../../kernel/experiment/model.ts";
import type { ExecuteOutcome } from "../../kernel/jupyter/interpreter.ts";
import { NotebookSession } from "../../kernel/session/notebook-session.ts";
import { FakeAccess } from "./fake-access.ts";
import { RecordingContext } from "./recording-context.ts";

/** A NotebookSession over a scripted model, one recording context for each cell. */
export class Notebook {
  readonly access: FakeAccess;
  readonly js: JsRunner;
  readonly session: NotebookSession;

  constructor(model: Model, options: { timeLimitMs?: number; interruptGraceMs?: number; model?: string; folder?: string } = {}) {
    this.access = new FakeAccess(model);
    this.js = new JsRunner({ folder: process.cwd(), ...(options.timeLimitMs === undefined ? {} : { timeLimitMs: options.timeLimitMs }), ...(options.interruptGraceMs === undefined ? {} : { interruptGraceMs: options.interruptGraceMs }) });
    // Made only by a cell that writes a file.
    const folder = options.folder ?? join(tmpdir(), `retort-notebook-${randomUUID()}`);
    const folders = { notebook: folder, state: join(folder, "state") };
    this.session = new NotebookSession({ access: this.access, js: this.js, version: "0.0.0", model: options.model, folders });
  }

  async run(code: string, context = new RecordingContext()): Promise<RecordingContext & { outcome: ExecuteOutcome }> {
    const outcome = await this.session.execute(code, context);
    return Object.assign(context, { outcome });
  }

  async dispose(): Promise<void> {
    await this.session.shutdown();
  }
}

/** The error of an outcome; throws when there is none. */
export function errorOf(outcome: ExecuteOutcome): Extract<ExecuteOutcome, { status: "error" }> {
  if (outcome.status !== "error") throw new Error("The cell did not fail.");
  return outcome;
}
