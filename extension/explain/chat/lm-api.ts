import * as vscode from "vscode";

/** What VS Code is told of a model. Stable since VS Code 1.104, which is newer than the oldest one that we run in; hence our own copy. */
export interface ModelInformation {
  id: string;
  name: string;
  family: string;
  version: string;
  /** Tokens. */
  maxInputTokens: number;
  maxOutputTokens: number;
  tooltip?: string;
  detail?: string;
  capabilities: { toolCalling?: boolean; imageInput?: boolean };
}

export interface RequestMessage {
  role: vscode.LanguageModelChatMessageRole;
  content: readonly unknown[];
}

export interface ResponseOptions {
  modelOptions?: Readonly<Record<string, unknown>>;
}

export interface ModelProvider {
  onDidChangeLanguageModelChatInformation?: vscode.Event<void>;
  provideLanguageModelChatInformation(options: { silent: boolean }, token: vscode.CancellationToken): Promise<ModelInformation[]>;
  provideLanguageModelChatResponse(
    model: ModelInformation, messages: readonly RequestMessage[], options: ResponseOptions, progress: vscode.Progress<vscode.LanguageModelTextPart>, token: vscode.CancellationToken,
  ): Promise<void>;
  provideTokenCount(model: ModelInformation, text: string | RequestMessage, token: vscode.CancellationToken): Promise<number>;
}

interface NewerLm {
  registerLanguageModelChatProvider(vendor: string, provider: ModelProvider): vscode.Disposable;
}

/** Registers a provider where this version of VS Code can; null where it cannot. */
export function registerModelProvider(vendor: string, provider: ModelProvider): vscode.Disposable | null {
  const lm = vscode.lm as unknown as Partial<NewerLm>;
  return typeof lm.registerLanguageModelChatProvider === "function" ? lm.registerLanguageModelChatProvider(vendor, provider) : null;
}
