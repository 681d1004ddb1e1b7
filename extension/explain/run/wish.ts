import * as vscode from "vscode";

import type { Settings } from "../../host/settings.ts";
import { answerLanguage } from "../context/language-name.ts";
import type { ModelWish } from "./chosen-model.ts";
import type { Limits } from "./prepare.ts";

export function modelWish(settings: Settings): ModelWish {
  return { model: settings.get("retort.model"), precision: settings.get("retort.precision"), contextLength: settings.get("retort.runtime.contextLength") };
}

export function limits(settings: Settings): Limits {
  return {
    contextTokens: settings.get("retort.explain.contextTokens"),
    maxTokens: settings.get("retort.explain.maxTokens"),
    thinkingTokens: settings.get("retort.explain.thinkingTokens"),
    answerIn: settings.get("retort.explain.answerLanguage") === "editor" ? answerLanguage(vscode.env.language) : null,
  };
}
