/** The words of the view. It has no way to the extension's translations, so it brings both languages. */
export interface Texts {
  runs(count: number): string;
  leftOut(count: number): string;
  sidecar(name: string): string;
  choose: string;
  open(label: string): string;
  sortBy: string;
  answer: string;
  thinking: string;
  checks: string;
  passed: string;
  failed: string;
  data: string;
  figures: string;
  none: string;
  hint: string;
  difference(a: string, b: string): string;
  share(percent: string): string;
  removed: string;
  added: string;
}

const EN: Texts = {
  runs: (count) => `${count} ${count === 1 ? "run" : "runs"}`,
  leftOut: (count) => `${count} more are not in this notebook.`,
  sidecar: (name) => `All of them are in ${name}.`,
  choose: "compare",
  open: (label) => `Details of ${label}`,
  sortBy: "sort",
  answer: "Answer",
  thinking: "Thinking",
  checks: "Checks",
  passed: "passed",
  failed: "failed",
  data: "Row of the data",
  figures: "Figures",
  none: "No answer.",
  hint: "Click a run to open it. Mark two to compare their answers.",
  difference: (a, b) => `From ${a} to ${b}`,
  share: (percent) => `${percent} of the words are the same.`,
  removed: "only in the first: ",
  added: "only in the second: ",
};

const ZH: Texts = {
  runs: (count) => `${count} 次运行`,
  leftOut: (count) => `另有 ${count} 次未保存在此笔记本中。`,
  sidecar: (name) => `全部结果在 ${name} 中。`,
  choose: "对比",
  open: (label) => `${label} 的详情`,
  sortBy: "排序",
  answer: "回答",
  thinking: "思考",
  checks: "检查",
  passed: "通过",
  failed: "未通过",
  data: "数据行",
  figures: "指标",
  none: "没有回答。",
  hint: "单击某次运行可展开详情；勾选两次可对比其回答。",
  difference: (a, b) => `从 ${a} 到 ${b}`,
  share: (percent) => `${percent} 的词相同。`,
  removed: "仅在前者：",
  added: "仅在后者：",
};

/** By the display language, such as `zh-cn`. */
export function textsFor(language: string): Texts {
  return language.toLowerCase().startsWith("zh") ? ZH : EN;
}
