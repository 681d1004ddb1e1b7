import { RetortError } from "../errors.ts";

/** An error of the file system in words a user can act on; any other value comes back as it is. */
export function fileError(error: unknown, path: string): unknown {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  if (error instanceof RetortError || code === undefined) return error;
  const fields = {
    ENOSPC: diskFullFields(path),
    EDQUOT: diskFullFields(path),
    ENAMETOOLONG: { code: "path_too_long", message: `The path ${path} is too long for this file system.`, hint: "Set RETORT_MODELS to a shorter folder.", status: 500 },
    EACCES: notWritable(path),
    EPERM: notWritable(path),
    EROFS: notWritable(path),
  }[code];
  return fields === undefined ? error : new RetortError(fields, { cause: error });
}

/** The refusal before a write that cannot fit. Sizes in bytes. */
export function diskFull(path: string, needed: number, free: number): RetortError {
  return new RetortError({ ...diskFullFields(path), message: `${path} needs ${needed} bytes, and ${free} are free.` });
}

function diskFullFields(path: string): { code: string; message: string; hint: string; status: number } {
  return { code: "disk_full", message: `The disk is full; ${path} could not be written.`, hint: "Free some space, or set RETORT_MODELS to a folder on another disk.", status: 507 };
}

function notWritable(path: string): { code: string; message: string; hint: string; status: number } {
  return { code: "store_not_writable", message: `${path} may not be written.`, hint: "Check the folder's permissions, or set RETORT_MODELS to another folder.", status: 500 };
}
