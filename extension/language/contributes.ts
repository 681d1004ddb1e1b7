import { setting, type Contribution } from "../contributes/contribution.ts";

/** The cell language in the editor. */
export const languageContribution = {
  settings: {
    "retort.language.codeLens": setting({
      default: false,
      schema: { type: "boolean" },
      scope: "resource",
      description: {
        en: "Show *Run with …* above prompt cells: the same prompt with FP16 and INT8, with other temperatures, several times.",
        zh: "在提示单元格上方显示 *运行方式…*：用 FP16 与 INT8、不同温度或多次运行同一提示。",
      },
    }),
  },
  commands: {
    "retort.runCellWith": { title: { en: "Run Cell With …", zh: "以其他设置运行单元格…" }, icon: "$(run-all)", enablement: "notebookType == 'jupyter-notebook'" },
  },
  menus: {
    commandPalette: [{ command: "retort.runCellWith", when: "notebookType == 'jupyter-notebook'" }],
  },
  other: {
    languages: [{
      id: "retort", aliases: ["Retort"], extensions: [".retort.md"], mimetypes: ["text/x-retort"],
      configuration: "./extension/language/syntaxes/language-configuration.json",
      icon: { light: "./kernel/logos/logo-32x32.png", dark: "./kernel/logos/logo-32x32.png" },
    }],
    grammars: [{
      language: "retort", scopeName: "source.retort", path: "./extension/language/syntaxes/retort.tmLanguage.json",
      embeddedLanguages: {
        "meta.embedded.block.yaml.retort": "yaml",
        "meta.embedded.block.javascript.retort": "javascript",
        "meta.embedded.block.python.retort": "python",
      },
    }],
    configurationDefaults: {
      "[retort]": {
        // A cell is prose: long lines, and any script's own punctuation.
        "editor.wordWrap": "on",
        "editor.wordBasedSuggestions": "off",
        "editor.unicodeHighlight.ambiguousCharacters": false,
        "editor.unicodeHighlight.invisibleCharacters": false,
        // A value without quotes is a string to the YAML grammar.
        "editor.quickSuggestions": { other: "on", comments: "off", strings: "on" },
      },
    },
    semanticTokenModifiers: [{ id: "unknown", description: { en: "A name or key that does not exist.", zh: "不存在的名称或键。" } }],
    semanticTokenScopes: [{
      language: "retort",
      scopes: {
        "variable": ["variable.other.readwrite.retort"],
        "variable.definition": ["variable.other.constant.retort"],
        "variable.unknown": ["invalid.illegal.unknown.retort"],
        "property": ["support.type.property-name.retort"],
        "property.unknown": ["invalid.illegal.unknown.retort"],
      },
    }],
  },
} as const satisfies Contribution;
