import { RetortError } from "../errors.ts";

/** A file error in the state folder (full disk, read-only home, a file in its place) in words; any other value comes back as it is. */
export function stateError(error: unknown, folder: string): unknown {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  if (error instanceof RetortError || code === undefined) return error;
  return new RetortError({
    code: "state_unusable",
    message: `The folder ${folder}, in which runtimes and their clients find each other, cannot be used (${code}).`,
    hint: "Free some space or check the folder's permissions; RETORT_HOME puts Retort's files elsewhere.",
    status: 507,
  }, { cause: error });
}
