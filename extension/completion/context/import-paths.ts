/** How each family of languages names the files that it uses: the first group is the name. */
const FORMS: ReadonlyArray<{ languages: readonly string[]; patterns: readonly RegExp[]; paths(name: string): string[] }> = [
  {
    languages: ["typescript", "typescriptreact", "javascript", "javascriptreact", "vue", "svelte"],
    patterns: [/\bfrom\s+["'](\.{1,2}\/[^"'\n]+)["']/g, /\brequire\(\s*["'](\.{1,2}\/[^"'\n]+)["']\s*\)/g, /\bimport\s+["'](\.{1,2}\/[^"'\n]+)["']/g],
    paths: (name) => (/\.[cm]?[jt]sx?$|\.vue$|\.svelte$/.test(name)
      ? [name, name.replace(/\.([cm]?)js(x?)$/, ".$1ts$2")]
      : [...["ts", "tsx", "js", "jsx", "mjs", "d.ts"].map((ending) => `${name}.${ending}`), `${name}/index.ts`, `${name}/index.js`]),
  },
  {
    languages: ["python"],
    patterns: [/^[ \t]*from[ \t]+(\.*[\w.]*)[ \t]+import\b/gm, /^[ \t]*import[ \t]+([\w.]+)/gm],
    paths: pythonPaths,
  },
  {
    languages: ["c", "cpp", "objective-c", "cuda-cpp"],
    patterns: [/^[ \t]*#[ \t]*include[ \t]+"([^"\n]+)"/gm],
    paths: (name) => [name, `../include/${name}`],
  },
  {
    languages: ["rust"],
    patterns: [/^[ \t]*(?:pub(?:\([^)]*\))?[ \t]+)?mod[ \t]+(\w+)[ \t]*;/gm],
    paths: (name) => [`${name}.rs`, `${name}/mod.rs`],
  },
  {
    languages: ["ruby"],
    patterns: [/\brequire_relative\s+["']([^"'\n]+)["']/g],
    paths: (name) => [name.endsWith(".rb") ? name : `${name}.rb`],
  },
];

const MAX_IMPORTS = 24;

/**
 * Files that a text imports, as paths relative to its own folder; for each import all places where it may be, the
 * likeliest first. Packages of others are not among them.
 */
export function importPaths(text: string, languageId: string): string[][] {
  const form = FORMS.find(({ languages }) => languages.includes(languageId));
  if (form === undefined) return [];
  const names = form.patterns.flatMap((pattern) => [...text.matchAll(pattern)].map(([, name = ""]) => name));
  return [...new Set(names)].filter((name) => name !== "").slice(0, MAX_IMPORTS).map((name) => [...new Set(form.paths(name))]);
}

/** `..a.b` is `../a/b`; an absolute name may begin in this folder or in one above it. */
function pythonPaths(name: string): string[] {
  const dots = /^\.*/.exec(name)?.[0].length ?? 0;
  const path = name.slice(dots).replaceAll(".", "/");
  const bases = dots > 0 ? ["../".repeat(dots - 1)] : ["", "../", "../../"];
  return bases.flatMap((base) => (path === "" ? [`${base}__init__.py`] : [`${base}${path}.py`, `${base}${path}/__init__.py`]));
}
