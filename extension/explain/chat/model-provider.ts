import * as vscode from "vscode";

import { isCancelled, RetortError } from "../../../runtime/errors.ts";
import type { Log } from "../../host/log.ts";
import type { RuntimeConnection } from "../../host/runtime-connection.ts";
import type { Settings } from "../../host/settings.ts";
import { estimateTokens } from "../context/tokens.ts";
import { Question } from "../run/question.ts";
import { failureText } from "../run/remedy.ts";
import { abortOn } from "./abort-on.ts";
import type { ModelInformation, ModelProvider, RequestMessage, ResponseOptions } from "./lm-api.ts";
import { chatMessages, textOf } from "./messages.ts";
import { modelInformation } from "./model-information.ts";

/** The models of the last time, by the server they were on: VS Code asks at its start, when no runtime shall be started for a list. */
const REMEMBERED = "retort.languageModels";

interface Remembered {
  /** What `retort.runtime.url` was; "" for this machine. */
  server: string;
  models: ModelInformation[];
}

/** The models on this machine for VS Code's picker and for other extensions. Thinking stays out of the responses. */
export class RetortModelProvider implements ModelProvider {
  readonly #settings: Settings;
  readonly #runtime: RuntimeConnection;
  readonly #memory: vscode.Memento;
  readonly #log: Log;

  constructor(settings: Settings, runtime: RuntimeConnection, memory: vscode.Memento, log: Log) {
    this.#settings = settings;
    this.#runtime = runtime;
    this.#memory = memory;
    this.#log = log;
  }

  async provideLanguageModelChatInformation({ silent }: { silent: boolean }, token: vscode.CancellationToken): Promise<ModelInformation[]> {
    if (!this.#settings.get("retort.explain.offerModels")) return [];
    const client = silent ? await this.#runtime.current() : await this.#runtime.client();
    const server = this.#settings.get("retort.runtime.url");
    if (client === null) return this.#remembered(server);
    const { signal, dispose } = abortOn(token);
    try {
      const [cards, status] = await Promise.all([client.models(signal), client.local ? client.status(signal) : null]);
      const models = modelInformation(cards, status?.loaded ?? [], this.#settings.get("retort.runtime.contextLength")).map((facts) => ({ ...facts, capabilities: {} }));
      await this.#memory.update(REMEMBERED, { server, models } satisfies Remembered);
      return models;
    } catch (error) {
      if (isCancelled(error)) return [];
      this.#log.error("language models", error);
      throw error;
    } finally {
      dispose();
    }
  }

  #remembered(server: string): ModelInformation[] {
    const last = this.#memory.get<Partial<Remembered>>(REMEMBERED);
    return last?.server === server ? last.models ?? [] : [];
  }

  async provideLanguageModelChatResponse(
    model: ModelInformation, messages: readonly RequestMessage[], { modelOptions }: ResponseOptions, progress: vscode.Progress<vscode.LanguageModelTextPart>, token: vscode.CancellationToken,
  ): Promise<void> {
    const { signal, dispose } = abortOn(token);
    const id = this.#log.newId("l");
    try {
      const client = await this.#runtime.client(signal);
      const precision = this.#settings.get("retort.precision");
      const request = {
        model: model.id,
        messages: chatMessages(messages),
        max_tokens: model.maxOutputTokens,
        ...(precision === "auto" ? {} : { precision }),
        ...samplingOf(modelOptions),
      };
      const { reply } = await new Question({
        send: (asked, options) => client.chat(asked, { ...options, priority: "chat" }),
        signal,
        // Whoever asks for an answer gets one; how long the model thinks for it is theirs to say.
        thinkingTokens: Infinity,
        onDelta: ({ kind, text }) => { if (kind === "answer") progress.report(new vscode.LanguageModelTextPart(text)); },
      }).ask(request);
      this.#log.info(`${id} language model ${model.id}: ${reply.usage?.completion_tokens ?? "?"} tokens, ${reply.finish}.`);
      if (reply.answer === "" && reply.finish === "length") {
        throw new RetortError({ code: "no_answer", message: vscode.l10n.t("The model used all its tokens for thinking."), hint: vscode.l10n.t("Ask again, or choose another model.") });
      }
    } catch (error) {
      if (isCancelled(error)) throw new vscode.CancellationError();
      this.#log.error(`${id} language model ${model.id}`, error);
      throw new Error(failureText(error), { cause: error });
    } finally {
      dispose();
    }
  }

  async provideTokenCount(model: ModelInformation, text: string | RequestMessage, token: vscode.CancellationToken): Promise<number> {
    const content = typeof text === "string" ? text : textOf(text);
    const { signal, dispose } = abortOn(token);
    try {
      const client = await this.#runtime.client(signal);
      return client.local ? (await client.tokenize({ model: model.id, content }, { signal, priority: "chat" })).length : estimateTokens(content);
    } catch (error) {
      if (isCancelled(error)) throw new vscode.CancellationError();
      throw error;
    } finally {
      dispose();
    }
  }
}

const SAMPLING = ["temperature", "top_p", "top_k", "seed", "max_tokens"] as const;

/** Sampling that the caller asks for, under OpenAI's names; anything else is not known here. */
function samplingOf(options: ResponseOptions["modelOptions"]): Partial<Record<(typeof SAMPLING)[number], number>> {
  return Object.fromEntries(SAMPLING.flatMap((name) => (typeof options?.[name] === "number" ? [[name, options[name]]] : [])));
}
