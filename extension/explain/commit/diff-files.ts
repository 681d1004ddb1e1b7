/** The part of a diff that belongs to one file. */
export interface FileDiff {
  path: string;
  added: number;
  removed: number;
  /** False for binary files and for files that programs write: only their names are told. */
  readable: boolean;
  /** The hunks, without git's header lines. */
  text: string;
}

const WRITTEN_BY_PROGRAMS = /(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|poetry\.lock|uv\.lock|Cargo\.lock|go\.sum|composer\.lock|Gemfile\.lock)$|\.(?:min\.js|min\.css|map|snap|svg)$/u;

/** Splits git's unified diff into files. */
export function filesOfDiff(diff: string): FileDiff[] {
  return diff.split(/^(?=diff --git )/mu).filter((part) => part.startsWith("diff --git ")).map(fileOf);
}

function fileOf(part: string): FileDiff {
  const lines = part.split("\n");
  const first = lines.findIndex((line) => line.startsWith("@@"));
  const hunks = first < 0 ? [] : lines.slice(first);
  const path = pathOf(lines.slice(0, first < 0 ? undefined : first));
  const binary = lines.some((line) => line.startsWith("Binary files ") || line === "GIT binary patch");
  return {
    path,
    added: hunks.filter((line) => line.startsWith("+")).length,
    removed: hunks.filter((line) => line.startsWith("-")).length,
    readable: !binary && !WRITTEN_BY_PROGRAMS.test(path),
    text: hunks.join("\n").trimEnd(),
  };
}

function pathOf(header: readonly string[]): string {
  const named = header.find((line) => line.startsWith("+++ ") && !line.endsWith("/dev/null")) ?? header.find((line) => line.startsWith("--- ") && !line.endsWith("/dev/null"));
  const renamed = header.find((line) => line.startsWith("rename to "))?.slice("rename to ".length);
  const path = renamed ?? named?.slice(4).replace(/\t.*$/u, "") ?? / "?b\/(.*?)"?$/u.exec(header[0] ?? "")?.[1] ?? "";
  return path.replace(/^"(.*)"$/u, "$1").replace(/^[ab]\//u, "");
}

/** `src/a.ts (+3 -1)` */
export function nameOfChange({ path, added, removed }: FileDiff): string {
  return `${path} (+${added} -${removed})`;
}
