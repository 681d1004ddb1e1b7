/** What must not be in a report that is sent to others. */
export interface Private {
  home: string;
  user: string;
  host: string;
  /** Folders of the workspace, each with what stands for it. */
  folders: readonly string[];
}

/** A key, a token, a password by its name. */
const NAMED_SECRET = /\b((?:api[-_]?key|token|secret|password|passwd|authorization|bearer)["']?\s*[:=]\s*["']?(?:bearer\s+)?)[^\s"',;&]+/gi;
const BEARER = /\b(bearer\s+)[A-Za-z0-9._~+/=-]{8,}/gi;
const KNOWN_KEYS = /\b(sk-|hf_|ghp_|github_pat_|glpat-|xox[abp]-|AKIA)[A-Za-z0-9_-]{8,}/g;
const URL_SECRET = /(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi;
const QUERY = /(\bhttps?:\/\/[^\s?"']+)\?[^\s"']+/gi;
/** Any remaining absolute path but its last part: names of folders are names of people, customers and projects. */
const UNIX_PATH = /(^|[\s"'`(=:,[])(?:\/[^\s"'`:,;()[\]<>|]+)*\/([^\s"'`:,;()[\]<>|/]+)/g;
const WINDOWS_PATH = /\b[A-Za-z]:\\(?:[^\s"'`:,;<>|\\]+\\)*([^\s"'`:,;<>|\\]+)/g;
const MIN_NAME = 3;

/** The text without paths, names of user and machine, keys, and what stands after `?` in addresses. */
export function redact(text: string, { home, user, host, folders }: Private): string {
  let clean = text;
  for (const folder of [...folders, home].filter((path) => path.length > 1).sort((a, b) => b.length - a.length)) {
    clean = clean.replaceAll(folder, folder === home ? "~" : "<folder>");
  }
  clean = clean.replace(URL_SECRET, "$1<secret>@").replace(QUERY, "$1?<query>").replace(NAMED_SECRET, "$1<secret>").replace(BEARER, "$1<secret>").replace(KNOWN_KEYS, "<secret>");
  clean = clean.replace(UNIX_PATH, "$1<path>/$2").replace(WINDOWS_PATH, "<path>\\$1");
  for (const [name, mark] of [[user, "<user>"], [host, "<host>"]] as const) {
    if (name.length >= MIN_NAME) clean = clean.replace(new RegExp(`\\b${name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}\\b`, "gi"), mark);
  }
  return clean;
}
