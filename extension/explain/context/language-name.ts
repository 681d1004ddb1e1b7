/** Languages whose name is not their id with a capital letter. */
const NAMES: Readonly<Record<string, string>> = {
  plaintext: "", log: "", typescript: "TypeScript", typescriptreact: "TypeScript", javascript: "JavaScript", javascriptreact: "JavaScript",
  csharp: "C#", fsharp: "F#", cpp: "C++", "cuda-cpp": "CUDA C++", "objective-c": "Objective-C", php: "PHP", html: "HTML", css: "CSS", scss: "SCSS", sql: "SQL",
  json: "JSON", jsonc: "JSON", yaml: "YAML", xml: "XML", shellscript: "shell", powershell: "PowerShell", dockerfile: "Dockerfile", latex: "LaTeX", vb: "Visual Basic",
};

/** A language id as people write it; empty for plain text. */
export function languageName(id: string): string {
  return NAMES[id] ?? id.slice(0, 1).toUpperCase() + id.slice(1);
}

/** The language of an answer for VS Code's display language `locale`; null for English, which models choose by themselves. */
export function answerLanguage(locale: string): string | null {
  if (/^en\b/iu.test(locale)) return null;
  const script = /^zh-(?:tw|hk|hant)/iu.test(locale) ? "Traditional Chinese" : /^zh\b/iu.test(locale) ? "Simplified Chinese" : null;
  return script ?? new Intl.DisplayNames(["en"], { type: "language" }).of(locale) ?? null;
}
