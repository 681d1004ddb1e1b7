import { type Contribution, setting } from "../contributes/contribution.ts";
import type { Multiline } from "./line-policy.ts";

export const completionContribution = {
  settings: {
    "retort.completion.enable": setting<Record<string, boolean>>({
      default: { "*": true, plaintext: false, markdown: false, scminput: false },
      schema: { type: "object", additionalProperties: { type: "boolean" } },
      scope: "language-overridable",
      description: {
        en: "Languages with code completion, by their identifier; `*` stands for all others. Off means that the model is never asked.",
        zh: "启用代码补全的语言（按语言标识符）；`*` 表示其他所有语言。关闭后绝不会调用模型。",
      },
    }),
    "retort.completion.triggerMode": setting<"auto" | "manual">({
      default: "auto",
      schema: {
        type: "string", enum: ["auto", "manual"],
        enumDescriptions: [{ en: "Suggestions come while you type.", zh: "输入时自动给出建议。" }, { en: "Suggestions come only when asked for, with Alt+\\\\.", zh: "仅在按 Alt+\\\\ 主动请求时给出建议。" }],
      },
      scope: "language-overridable",
      description: { en: "When suggestions come.", zh: "何时给出建议。" },
    }),
    "retort.completion.debounce": setting<number | null>({
      default: null,
      schema: { type: ["integer", "null"], minimum: 0, maximum: 5_000 },
      scope: "language-overridable",
      description: { en: "Milliseconds without a key before the model is asked. Empty: adapts to how fast you type and how fast the model is.", zh: "停止按键多少毫秒后再询问模型。留空：根据输入速度和模型速度自动调整。" },
    }),
    "retort.completion.maxLines": setting({
      default: 12,
      schema: { type: "integer", minimum: 1, maximum: 60 },
      scope: "language-overridable",
      description: { en: "Lines of a suggestion at most.", zh: "单条建议的最多行数。" },
    }),
    "retort.completion.multiline": setting<Multiline>({
      default: "auto",
      schema: {
        type: "string", enum: ["auto", "always", "never"],
        enumDescriptions: [
          { en: "One line in mid-thought, several where a block begins.", zh: "行中补一行，代码块开头补多行。" },
          { en: "As many lines as belong together.", zh: "始终给出完整的多行。" },
          { en: "One line.", zh: "仅一行。" },
        ],
      },
      scope: "language-overridable",
      description: { en: "Suggestions of several lines.", zh: "多行建议。" },
    }),
    "retort.completion.disableInsideComments": setting({
      default: true,
      schema: { type: "boolean" },
      scope: "language-overridable",
      description: { en: "No suggestions inside comments, unless asked for.", zh: "注释中不给出建议（主动请求除外）。" },
    }),
    "retort.completion.disableInsideStrings": setting({
      default: true,
      schema: { type: "boolean" },
      scope: "language-overridable",
      description: { en: "No suggestions inside strings, unless asked for.", zh: "字符串中不给出建议（主动请求除外）。" },
    }),
    "retort.completion.disableInFiles": setting<string[]>({
      default: [],
      schema: { type: "array", items: { type: "string" } },
      scope: "resource",
      description: { en: "Glob patterns of files without completion, such as `**/*.min.js`. Files that usually hold secrets (`.env`, keys) never have it.", zh: "不使用补全的文件的 glob 模式，例如 `**/*.min.js`。通常包含机密的文件（`.env`、密钥）始终不使用。" },
    }),
    "retort.completion.pauseOnBattery": setting({
      default: false,
      schema: { type: "boolean" },
      scope: "window",
      description: { en: "No suggestions while the computer runs on battery, unless asked for. Known on Linux only; elsewhere nothing pauses.", zh: "使用电池供电时不给出建议（主动请求除外）。仅在 Linux 上可识别，其他系统不会暂停。" },
    }),
    "retort.completion.model": setting({
      default: "",
      schema: { type: "string" },
      scope: "machine-overridable",
      description: { en: "Model for code completion. Empty: the first one on this machine that was trained to fill in the middle.", zh: "代码补全使用的模型。留空：使用本机第一个支持中间填充的模型。" },
    }),
    "retort.completion.confidence": setting({
      default: 0.3,
      schema: { type: "number", minimum: 0, maximum: 1 },
      scope: "language-overridable",
      description: { en: "How sure the model must be of a suggestion, from 0 (show everything) to 1: the mean probability of its tokens. Higher values show less, and more of it is right.", zh: "模型对建议的把握程度下限，从 0（全部显示）到 1：即各 token 的平均概率。值越高显示越少，但更准确。" },
    }),
  },
  commands: {
    "retort.toggleCompletion": { title: { en: "Toggle Code Completion", zh: "开关代码补全" } },
    "retort.triggerCompletion": { title: { en: "Suggest Code Now", zh: "立即给出代码建议" } },
    "retort.snoozeCompletion": { title: { en: "Snooze Code Completion …", zh: "暂停代码补全…" } },
    "retort.whyNoSuggestion": { title: { en: "Why No Suggestion?", zh: "为什么没有建议？" } },
    "retort.acceptWord": { title: { en: "Accept Next Word of Suggestion", zh: "接受建议的下一个词" }, enablement: "inlineSuggestionVisible" },
    "retort.acceptLine": { title: { en: "Accept Next Line of Suggestion", zh: "接受建议的下一行" }, enablement: "inlineSuggestionVisible" },
    "retort.completionStatistics": { title: { en: "Code Completion Statistics", zh: "代码补全统计" } },
    "retort.resetCompletionStatistics": { title: { en: "Reset Code Completion Statistics", zh: "重置代码补全统计" } },
  },
} as const satisfies Contribution;
