import * as vscode from "vscode";

import type { ExplainerServices } from "../explainer.ts";
import type { ModelInformation, ModelProvider } from "./lm-api.ts";
import { registerModelProvider } from "./lm-api.ts";

/** As in the manifest. */
const PARTICIPANT = "retort.chat";
const VENDOR = "retort";

/** Registers `@retort` and, where VS Code can, the models of this machine. The code behind them is loaded when one is used. */
export function registerChat(services: ExplainerServices): vscode.Disposable {
  const participant = vscode.chat.createChatParticipant(PARTICIPANT, async (request, context, stream, token) => {
    const { answerChat } = await import("./participant.ts");
    return answerChat(services, request, context, stream, token);
  });
  participant.iconPath = new vscode.ThemeIcon("beaker");
  const changed = new vscode.EventEmitter<void>();
  const subscriptions = [
    services.runtime.onDidChangeState((state) => { if (state === "connected") changed.fire(); }),
    services.settings.onDidChange(["retort.explain.offerModels", "retort.runtime"], () => changed.fire()),
  ];
  return vscode.Disposable.from(participant, changed, ...subscriptions, registerModelProvider(VENDOR, lazyProvider(services, changed.event)) ?? { dispose: () => undefined });
}

function lazyProvider({ settings, runtime, context, log }: ExplainerServices, changed: vscode.Event<void>): ModelProvider {
  let loaded: Promise<ModelProvider> | null = null;
  const load = (): Promise<ModelProvider> => loaded ??= import("./model-provider.ts").then(({ RetortModelProvider }) => new RetortModelProvider(settings, runtime, context.globalState, log));
  return {
    onDidChangeLanguageModelChatInformation: changed,
    provideLanguageModelChatInformation: async (options, token): Promise<ModelInformation[]> => (await load()).provideLanguageModelChatInformation(options, token),
    provideLanguageModelChatResponse: async (...request) => (await load()).provideLanguageModelChatResponse(...request),
    provideTokenCount: async (...request) => (await load()).provideTokenCount(...request),
  };
}
