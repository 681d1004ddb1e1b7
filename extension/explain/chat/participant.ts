import * as vscode from "vscode";

import { isCancelled, RetortError } from "../../../runtime/errors.ts";
import type { ExplainerServices } from "../explainer.ts";
import { describeContext } from "../context/describe-context.ts";
import { documentJob, fixJob, selectionJob, testJob, type Spot } from "../jobs/code-jobs.ts";
import { question } from "../prompts/question.ts";
import type { Job } from "../run/job.ts";
import { counter, findModel } from "../run/model-access.ts";
import { prepare } from "../run/prepare.ts";
import { Question } from "../run/question.ts";
import { failureText, remedyFor } from "../run/remedy.ts";
import { timingLine } from "../run/timing-line.ts";
import { limits, modelWish } from "../run/wish.ts";
import { abortOn } from "./abort-on.ts";
import { recentTurns, withHistory, type Turn } from "./history.ts";
import { referencedJob } from "./referenced.ts";

const JOBS: Readonly<Record<string, (spot: Spot, onError: (error: unknown) => void) => Promise<Job>>> = { explain: selectionJob, fix: fixJob, doc: documentJob, test: testJob };
/** Share of the context that earlier turns may have. */
const HISTORY_SHARE = 0.25;

/** Answers `@retort` in VS Code's chat, with the local model whatever the picker says, unless it names one of ours. */
export async function answerChat(
  services: ExplainerServices, request: vscode.ChatRequest, context: vscode.ChatContext, stream: vscode.ChatResponseStream, token: vscode.CancellationToken,
): Promise<vscode.ChatResult> {
  const { settings, runtime, log, questions } = services;
  const { signal, dispose } = abortOn(token);
  const id = log.newId("p");
  try {
    const job = await jobFor(request, (error) => log.debug(`language service: ${String(error)}`));
    const client = await runtime.client(signal);
    const wish = modelWish(settings);
    const model = await findModel(client, request.model.vendor === "retort" ? { ...wish, model: request.model.id } : wish, signal);
    const most = limits(settings);
    const prepared = await prepare(job, model, most, counter(client, model, signal));
    const messages = withHistory(prepared.request.messages, recentTurns(turnsOf(context.history), Math.floor(model.context * HISTORY_SHARE)));
    if (prepared.context.parts.length > 0) stream.progress(describeContext(prepared.context, vscode.l10n.t, vscode.env.language));
    const question = new Question({
      send: (asked, options) => client.chat(asked, { ...options, priority: "chat" }),
      signal,
      thinkingTokens: most.thinkingTokens,
      onDelta: ({ kind, text }) => { if (kind === "answer") stream.markdown(text); },
      onThinking: (thinks) => {
        questions.changed();
        if (!thinks) return;
        stream.progress(vscode.l10n.t("Thinking…"));
        stream.button({ command: "retort.answerNow", title: vscode.l10n.t("Answer Now"), arguments: [id] });
      },
    });
    questions.add(id, question);
    const { reply, cut, firstTextMs } = await question.ask({ ...prepared.request, messages });
    const timing = timingLine(reply, vscode.l10n.t, vscode.env.language, cut ? firstTextMs : null);
    log.info(`${id} chat: ${timing}`);
    if (reply.answer.trim() === "") return { errorDetails: { message: vscode.l10n.t("The model gave no answer. Ask again, or choose another model.") } };
    return { metadata: { timing } };
  } catch (error) {
    if (isCancelled(error)) return { metadata: { stopped: true } };
    log.error(`${id} chat`, error);
    const { title } = remedyFor(error, log);
    if (title === vscode.l10n.t("Choose Model")) stream.button({ command: "retort.chooseModel", title });
    return { errorDetails: { message: failureText(error) } };
  } finally {
    questions.remove(id);
    dispose();
  }
}

/** A slash command works at the cursor; anything else is a question about what the user attached. */
async function jobFor(request: vscode.ChatRequest, onError: (error: unknown) => void): Promise<Job> {
  const make = request.command === undefined ? undefined : JOBS[request.command];
  const editor = vscode.window.activeTextEditor ?? vscode.window.visibleTextEditors[0];
  if (make !== undefined) {
    if (editor === undefined) throw new RetortError({ code: "no_editor", message: vscode.l10n.t("No text editor is open."), hint: vscode.l10n.t("Open a file and put the cursor into it.") });
    const job = await make({ document: editor.document, range: editor.selection }, onError);
    return request.prompt.trim() === "" ? job : { ...job, prompt: (facts) => extended(job.prompt(facts), request.prompt) };
  }
  return referencedJob(question(request.prompt), request.references);
}

function extended(task: { full: string; brief: string }, wish: string): { full: string; brief: string } {
  return { full: `${task.full}\n\n${wish}`, brief: `${task.brief} ${wish}` };
}

function turnsOf(history: vscode.ChatContext["history"]): Turn[] {
  const turns: Turn[] = [];
  for (const turn of history) {
    if (turn instanceof vscode.ChatRequestTurn) turns.push({ question: turn.prompt, answer: "" });
    else {
      const last = turns.at(-1);
      if (last !== undefined) last.answer += turn.response.map((part) => (part instanceof vscode.ChatResponseMarkdownPart ? part.value.value : "")).join("");
    }
  }
  return turns;
}
