/** A kind of string literal. */
export interface StringSyntax {
  open: string;
  close: string;
  /** Goes over line ends. Otherwise a line end closes it, so that one stray quote spoils one line only. */
  multiline?: boolean;
  /** True where a backslash is a plain character. */
  raw?: boolean;
  /** What opens code within the string. */
  hole?: string;
}

/** As much of a language as is needed to tell code from comments and strings. */
export interface LanguageSyntax {
  line: readonly string[];
  block: readonly (readonly [open: string, close: string])[];
  strings: readonly StringSyntax[];
  /** False where strings are the content, as in data formats: nobody wants silence there. */
  gateStrings: boolean;
  /** False for prose, where neither brackets nor indentation tell where something ends. */
  structured: boolean;
  /** False where brackets need not come in pairs. */
  brackets: boolean;
}

const DOUBLE: StringSyntax = { open: '"', close: '"' };
const SINGLE: StringSyntax = { open: "'", close: "'" };
const TRIPLE: readonly StringSyntax[] = [{ open: '"""', close: '"""', multiline: true }, { open: "'''", close: "'''", multiline: true }];
const SLASHES = { line: ["//"], block: [["/*", "*/"]] } as const;

function code(syntax: Partial<LanguageSyntax>): LanguageSyntax {
  return { line: [], block: [], strings: [DOUBLE, SINGLE], gateStrings: true, structured: true, brackets: true, ...syntax };
}

const C_LIKE = code(SLASHES);
const SCRIPT = code({ ...SLASHES, strings: [{ open: "`", close: "`", multiline: true, hole: "${" }, DOUBLE, SINGLE] });
const HASH = code({ line: ["#"] });
const SHELL = code({ line: ["#"], strings: [{ ...DOUBLE, multiline: true }, { ...SINGLE, multiline: true, raw: true }], brackets: false });
const MARKUP = code({ block: [["<!--", "-->"]], strings: [], gateStrings: false, brackets: false });
const PROSE = code({ block: [["<!--", "-->"]], strings: [], gateStrings: false, structured: false });
const DATA = code({ line: ["#"], gateStrings: false });
const WITH_TEXT_BLOCKS = code({ ...SLASHES, strings: [{ open: '"""', close: '"""', multiline: true }, DOUBLE, SINGLE] });

const SYNTAX: Readonly<Record<string, LanguageSyntax>> = {
  python: code({ line: ["#"], strings: [...TRIPLE, DOUBLE, SINGLE] }),
  javascript: SCRIPT, javascriptreact: SCRIPT, typescript: SCRIPT, typescriptreact: SCRIPT, vue: SCRIPT, svelte: SCRIPT,
  json: code({ strings: [DOUBLE], gateStrings: false }),
  jsonc: code({ ...SLASHES, strings: [DOUBLE], gateStrings: false }),
  go: code({ ...SLASHES, strings: [{ open: "`", close: "`", multiline: true, raw: true }, DOUBLE, SINGLE] }),
  // A single quote also begins a lifetime in Rust, so only the one literal that could mislead is known.
  rust: code({ ...SLASHES, strings: [{ open: `'"'`, close: "" }, { open: 'r#"', close: '"#', multiline: true, raw: true }, { ...DOUBLE, multiline: true }] }),
  java: WITH_TEXT_BLOCKS, kotlin: WITH_TEXT_BLOCKS, swift: WITH_TEXT_BLOCKS, scala: WITH_TEXT_BLOCKS, dart: SCRIPT,
  c: C_LIKE, cpp: C_LIKE, csharp: C_LIKE, "objective-c": C_LIKE, "cuda-cpp": C_LIKE,
  php: code({ line: ["//", "#"], block: [["/*", "*/"]] }),
  css: code({ block: [["/*", "*/"]] }), scss: C_LIKE, less: C_LIKE,
  ruby: HASH, perl: HASH, r: HASH, elixir: HASH, julia: HASH, coffeescript: HASH,
  shellscript: SHELL, makefile: code({ line: ["#"], strings: [] }), dockerfile: SHELL,
  powershell: code({ line: ["#"], block: [["<#", "#>"]] }),
  yaml: DATA, toml: DATA, ini: code({ line: ["#", ";"], strings: [], gateStrings: false }), properties: code({ line: ["#"], strings: [], gateStrings: false }),
  sql: code({ line: ["--"], block: [["/*", "*/"]] }),
  lua: code({ line: ["--"], block: [["--[[", "]]"]] }),
  haskell: code({ line: ["--"], block: [["{-", "-}"]], strings: [DOUBLE] }),
  html: MARKUP, xml: MARKUP, handlebars: MARKUP,
  markdown: PROSE, plaintext: PROSE, latex: code({ line: ["%"], strings: [], gateStrings: false, structured: false }), retort: PROSE,
};

/** An unknown language has no comments and no strings here, so that nothing is held back by mistake. */
const UNKNOWN = code({ strings: [], gateStrings: false });

export function syntaxOf(languageId: string): LanguageSyntax {
  return SYNTAX[languageId] ?? UNKNOWN;
}
