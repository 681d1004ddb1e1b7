import { setting, type Contribution } from "../contributes/contribution.ts";

const MENU = "retort.editor";
const WITH_SELECTION = "editorHasSelection";
/** Some model thinks, and may be asked to answer. */
const THINKING = "retort.thinking";

/** Explanations, code help, the chat participant and the models in VS Code's own picker. */
export const explainContribution = {
  settings: {
    "retort.explain.contextTokens": setting({
      default: 3000,
      schema: { type: "integer", minimum: 128, maximum: 100_000 },
      scope: "window",
      description: {
        en: "Tokens of code and messages that an explanation may send along. What was sent is shown above each answer.",
        zh: "解释时最多附带的代码和消息的 token 数。实际发送的内容显示在每个回答上方。",
      },
    }),
    "retort.explain.maxTokens": setting({
      default: 1024,
      schema: { type: "integer", minimum: 32, maximum: 16_384 },
      scope: "window",
      description: {
        en: "Tokens at most in an answer, thinking included.",
        zh: "每个回答的最大 token 数，包括思考过程。",
      },
    }),
    "retort.explain.thinkingTokens": setting({
      default: 256,
      schema: { type: "integer", minimum: 32, maximum: 16_384 },
      scope: "window",
      description: {
        en: "Tokens, by estimate, that a model may think before it has to answer. *Retort: Answer Now* ends the thinking earlier.",
        zh: "模型在必须回答之前可用于思考的 token 数（估算）。*Retort: 立即回答* 可提前结束思考。",
      },
    }),
    "retort.explain.answerLanguage": setting<"editor" | "model">({
      default: "editor",
      schema: { type: "string", enum: ["editor", "model"] },
      scope: "window",
      description: {
        en: "Language of answers: `editor` asks for VS Code's display language, `model` leaves the choice to the model.",
        zh: "回答使用的语言：`editor` 使用 VS Code 的显示语言，`model` 由模型决定。",
      },
    }),
    "retort.explain.quickFix": setting({
      default: true,
      schema: { type: "boolean" },
      scope: "resource",
      description: {
        en: "Offer *Explain This Error* and *Suggest a Fix* among the quick fixes of errors and warnings.",
        zh: "在错误和警告的快速修复中提供“解释此错误”和“建议修复”。",
      },
    }),
    "retort.explain.terminalMenu": setting({
      default: false,
      schema: { type: "boolean" },
      scope: "window",
      description: { en: "Show *Explain Terminal Output* in the terminal's context menu.", zh: "在终端的右键菜单中显示“解释终端输出”。" },
    }),
    "retort.explain.commitButton": setting({
      default: false,
      schema: { type: "boolean" },
      scope: "window",
      description: { en: "Show *Write Commit Message* as a button in the Source Control view.", zh: "在源代码管理视图中显示“撰写提交信息”按钮。" },
    }),
    "retort.explain.offerModels": setting({
      default: true,
      schema: { type: "boolean" },
      scope: "window",
      description: {
        en: "Offer the models on this machine in VS Code's own model picker and to other extensions, where this version of VS Code can.",
        zh: "在 VS Code 自带的模型选择器中以及向其他扩展提供本机模型（需要 VS Code 版本支持）。",
      },
    }),
  },
  commands: {
    "retort.explainSelection": { title: { en: "Explain Selection", zh: "解释所选代码" } },
    "retort.explainFile": { title: { en: "Explain File", zh: "解释文件" } },
    "retort.explainError": { title: { en: "Explain This Error", zh: "解释此错误" } },
    "retort.explainTerminal": { title: { en: "Explain Terminal Output", zh: "解释终端输出" } },
    "retort.suggestFix": { title: { en: "Suggest a Fix", zh: "建议修复" } },
    "retort.documentFunction": { title: { en: "Document This Function", zh: "为此函数撰写文档" } },
    "retort.writeTest": { title: { en: "Write a Test", zh: "编写测试" } },
    "retort.writeCommitMessage": { title: { en: "Write Commit Message", zh: "撰写提交信息" }, icon: "$(edit)" },
    "retort.answerNow": { title: { en: "Answer Now", zh: "立即回答" } },
    "retort.stopExplanation": { title: { en: "Stop Explanation", zh: "停止解释" } },
  },
  menus: {
    "editor/context": [{ submenu: MENU, group: "z_retort@1" }],
    [MENU]: [
      { command: "retort.explainSelection", group: "1_explain@1", when: WITH_SELECTION },
      { command: "retort.explainFile", group: "1_explain@2" },
      { command: "retort.explainError", group: "1_explain@3" },
      { command: "retort.suggestFix", group: "2_write@1" },
      { command: "retort.documentFunction", group: "2_write@2" },
      { command: "retort.writeTest", group: "2_write@3" },
    ],
    "terminal/context": [{ command: "retort.explainTerminal", group: "z_retort@1", when: "config.retort.explain.terminalMenu" }],
    "scm/title": [{ command: "retort.writeCommitMessage", group: "navigation", when: "config.retort.explain.commitButton && scmProvider == git" }],
    commandPalette: [
      { command: "retort.explainSelection", when: "editorIsOpen" },
      { command: "retort.explainFile", when: "editorIsOpen" },
      { command: "retort.explainError", when: "editorIsOpen" },
      { command: "retort.suggestFix", when: "editorIsOpen" },
      { command: "retort.documentFunction", when: "editorIsOpen" },
      { command: "retort.writeTest", when: "editorIsOpen" },
      { command: "retort.answerNow", when: THINKING },
      { command: "retort.writeCommitMessage", when: "gitOpenRepositoryCount != 0" },
    ],
  },
  keybindings: [{ command: "retort.answerNow", key: "ctrl+enter", mac: "cmd+enter", when: `activeWebviewPanelId == 'retort.explanation' && ${THINKING}` }],
  other: {
    submenus: [{ id: MENU, label: { en: "Retort", zh: "Retort" } }],
    chatParticipants: [{
      id: "retort.chat",
      name: "retort",
      fullName: "Retort",
      description: { en: "Ask the model on this machine", zh: "询问本机上的模型" },
      isSticky: true,
      commands: [
        { name: "explain", description: { en: "Explain the selected code", zh: "解释所选代码" } },
        { name: "fix", description: { en: "Suggest a fix for the selected code", zh: "为所选代码建议修复" } },
        { name: "doc", description: { en: "Document the function at the cursor", zh: "为光标处的函数撰写文档" } },
        { name: "test", description: { en: "Write a test for the function at the cursor", zh: "为光标处的函数编写测试" } },
      ],
    }],
    languageModelChatProviders: [{ vendor: "retort", displayName: "Retort", managementCommand: "retort.chooseModel" }],
  },
} as const satisfies Contribution;
