import { RetortError } from "../../errors.ts";
import { safeSegments } from "../file-name.ts";

export interface HfUri {
  repo: string;
  /** Path in the repository. */
  file: string;
}

export interface PypiUri {
  package: string;
  version: string;
  /** Path in the wheel. */
  file: string;
}

const PACKAGE = /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/;
const VERSION = /^[0-9A-Za-z][0-9A-Za-z.!+_-]*$/;

/** Parts of `hf:owner/repo/path/file.gguf`. Errors: `bad_source`, `bad_file_name`. */
export function parseHfUri(uri: string): HfUri {
  const [owner, repo, ...file] = safeSegments(uri.replace(/^hf:/, ""));
  if (!uri.startsWith("hf:") || repo === undefined || file.length === 0) throw badSource(uri, "hf:owner/repository/file.gguf");
  return { repo: `${owner}/${repo}`, file: file.join("/") };
}

/** Parts of `pypi:package==version/path/in/wheel.gguf`. The version is one exact version. Errors: as above. */
export function parsePypiUri(uri: string): PypiUri {
  const [, name, version, file] = /^pypi:([^/=]+)==([^/=]+)\/(.+)$/.exec(uri) ?? [];
  if (name === undefined || version === undefined || file === undefined || !PACKAGE.test(name) || !VERSION.test(version)) {
    throw badSource(uri, "pypi:package==version/path/in/wheel.gguf");
  }
  return { package: name, version, file: safeSegments(file).join("/") };
}

function badSource(uri: string, form: string): RetortError {
  return new RetortError({ code: "bad_source", message: `${JSON.stringify(uri)} is not a model source.`, hint: `Write it as ${form}`, status: 400 });
}
