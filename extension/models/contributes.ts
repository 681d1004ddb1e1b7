import type { Contribution } from "../contributes/contribution.ts";

const MEDIA = "extension/models/walkthrough";

export const modelsContribution = {
  commands: {
    "retort.chooseModel": { title: { en: "Choose Model …", zh: "选择模型…" } },
    "retort.togglePrecision": { title: { en: "Toggle FP16 / INT8", zh: "切换 FP16 / INT8" } },
    "retort.checkMachine": { title: { en: "Check This Machine", zh: "检测本机" } },
    "retort.showMemory": { title: { en: "Show Memory", zh: "显示内存占用" } },
    "retort.addModelFile": { title: { en: "Use a GGUF File of Your Own …", zh: "使用自己的 GGUF 文件…" } },
    "retort.setServerKey": { title: { en: "Set Server Key …", zh: "设置服务器密钥…" } },
    "retort.collectDiagnostics": { title: { en: "Collect Diagnostics", zh: "收集诊断信息" } },
    "retort.showLog": { title: { en: "Show Log", zh: "显示日志" } },
    "retort.getFirstModel": { title: { en: "Get a First Model", zh: "获取第一个模型" } },
    "retort.firstSuggestion": { title: { en: "Try a First Suggestion", zh: "试用第一个补全建议" } },
    "retort.firstCell": { title: { en: "Run a First Cell", zh: "运行第一个单元格" } },
  },
  other: {
    walkthroughs: [
      {
        id: "start",
        title: { en: "Start with Retort", zh: "开始使用 Retort" },
        description: { en: "A language model on your own machine, in three steps.", zh: "三步在本机用上语言模型。" },
        steps: [
          {
            id: "model",
            title: { en: "Get a model", zh: "获取模型" },
            description: {
              en: "Everything runs on this machine, so a model has to be here first. The small one takes a minute; the good ones are larger.\n[Get a first model](command:retort.getFirstModel)",
              zh: "一切都在本机运行，因此需要先有一个模型。小模型一分钟即可下载，效果好的模型更大。\n[获取第一个模型](command:retort.getFirstModel)",
            },
            media: { markdown: `${MEDIA}/model.md` },
            completionEvents: ["onContext:retort.hasModel"],
          },
          {
            id: "suggestion",
            title: { en: "See a first suggestion", zh: "查看第一个补全建议" },
            description: {
              en: "Opens a sample file and asks for a suggestion. Tab takes it, Escape drops it.\n[Try a first suggestion](command:retort.firstSuggestion)",
              zh: "打开示例文件并请求补全建议。按 Tab 接受，按 Esc 放弃。\n[试用第一个补全建议](command:retort.firstSuggestion)",
            },
            media: { markdown: `${MEDIA}/suggestion.md` },
            completionEvents: ["onCommand:retort.firstSuggestion"],
          },
          {
            id: "cell",
            title: { en: "Run a first cell", zh: "运行第一个单元格" },
            description: {
              en: "Opens a notebook whose cell is a prompt, and runs it.\n[Run a first cell](command:retort.firstCell)",
              zh: "打开一个以提示词为单元格的笔记本并运行。\n[运行第一个单元格](command:retort.firstCell)",
            },
            media: { markdown: `${MEDIA}/cell.md` },
            completionEvents: ["onCommand:retort.firstCell"],
          },
        ],
      },
    ],
  },
} as const satisfies Contribution;
