import type { Contribution } from "../contributes/contribution.ts";

/** Ours is chosen, or will be with the first run. */
const KERNEL = "(notebookKernel == 'retort.retort/retort' || !notebookKernel && retort.notebook)";
const CODE_CELL = `${KERNEL} && notebookCellType == 'code'`;

export const notebookContribution = {
  commands: {
    "retort.newNotebook": { title: { en: "New Notebook", zh: "新建笔记本" }, icon: "$(notebook)" },
    "retort.restartKernel": { title: { en: "Restart Kernel", zh: "重启内核" }, icon: "$(debug-restart)", enablement: KERNEL },
    "retort.interruptKernel": { title: { en: "Interrupt Kernel", zh: "中断内核" }, icon: "$(debug-stop)", enablement: KERNEL },
    "retort.showRenderedPrompt": { title: { en: "Show Rendered Prompt and Token Count", zh: "显示渲染后的提示词和 token 数" }, icon: "$(open-preview)", enablement: KERNEL },
    "retort.comparePrecisions": { title: { en: "Compare FP16 and INT8 for This Cell", zh: "对此单元格比较 FP16 与 INT8" }, icon: "$(split-horizontal)", enablement: KERNEL },
    "retort.insertResultTable": { title: { en: "Insert Result Table as Markdown", zh: "将结果表格插入为 Markdown" }, icon: "$(table)", enablement: KERNEL },
  },
  menus: {
    "file/newFile": [{ command: "retort.newNotebook", group: "notebook" }],
    "notebook/toolbar": [
      { command: "retort.interruptKernel", group: "navigation/execute@5", when: `${KERNEL} && notebookHasRunningCell` },
      { command: "retort.restartKernel", group: "navigation/execute@6", when: KERNEL },
    ],
    "notebook/cell/title": [
      { command: "retort.showRenderedPrompt", group: "retort@1", when: CODE_CELL },
      { command: "retort.comparePrecisions", group: "retort@2", when: CODE_CELL },
      { command: "retort.insertResultTable", group: "retort@3", when: `${CODE_CELL} && notebookCellHasOutputs` },
    ],
  },
} as const satisfies Contribution;
