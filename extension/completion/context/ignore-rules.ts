import ignore, { type Ignore } from "ignore";

/** The text of one `.gitignore` or `.retortignore`, and the folder it stands in, relative to the workspace ("" for its root). */
export interface IgnoreFile {
  folder: string;
  text: string;
}

/** Which files of one workspace folder may be read for context. */
export class IgnoreRules {
  readonly #files: ReadonlyArray<{ folder: string; rules: Ignore }>;
  readonly #excluded: Ignore;

  /** `excluded`: the patterns of `files.exclude` that are on. */
  constructor(files: readonly IgnoreFile[], excluded: readonly string[]) {
    this.#files = files.map(({ folder, text }) => ({ folder: folder === "" ? "" : `${folder.replace(/\/$/, "")}/`, rules: ignore().add(text) }));
    this.#excluded = ignore().add(excluded.flatMap(asIgnoreLines));
  }

  /** `path`: relative to the workspace folder, with `/`. */
  ignores(path: string): boolean {
    // A path that leads out of the folder is none of this workspace's; the package would throw.
    if (!ignore.isPathValid(path)) return true;
    return this.#excluded.ignores(path) || this.#files.some(({ folder, rules }) => path.startsWith(folder) && path.length > folder.length && rules.ignores(path.slice(folder.length)));
  }
}

/** VS Code's globs know `{a,b}` besides; without a slash they stand for the workspace's root, as `**` in front says otherwise. */
function asIgnoreLines(glob: string): string[] {
  const choice = /\{([^{}]*)\}/.exec(glob);
  if (choice !== null) return (choice[1] ?? "").split(",").flatMap((one) => asIgnoreLines(glob.slice(0, choice.index) + one + glob.slice(choice.index + choice[0].length)));
  return [glob.startsWith("**/") || glob.startsWith("/") ? glob : `/${glob}`];
}
