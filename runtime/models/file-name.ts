import { createHash } from "node:crypto";
import { RetortError } from "../errors.ts";

/** Names that Windows gives to devices, with or without an extension. */
const RESERVED = /^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i;
const FORBIDDEN = /[<>:"|?*\\/]/;
const FIRST_PRINTABLE = " ";
/** Bytes; what common file systems take for one name, less room for our own endings. */
const MAX_NAME_BYTES = 200;

/** Folders of the store that are not models. */
const OWN_FOLDERS = ["quarantine", "locks", "records"];
const PLAIN_ID = /^[a-z0-9][a-z0-9._-]{0,63}$/;

/** True when `name` is one path segment that every file system takes as it stands. */
export function isSafeName(name: string): boolean {
  return (
    name.length > 0 &&
    Buffer.byteLength(name) <= MAX_NAME_BYTES &&
    !FORBIDDEN.test(name) &&
    [...name].every((char) => char >= FIRST_PRINTABLE && char !== "\u007f") &&
    !name.endsWith(".") &&
    !name.endsWith(" ") &&
    !RESERVED.test(name)
  );
}

/** The segments of a relative path with forward slashes. Errors: `bad_file_name`. */
export function safeSegments(path: string): string[] {
  const segments = path.split("/");
  const bad = segments.find((segment) => !isSafeName(segment));
  if (bad === undefined) return segments;
  throw new RetortError({
    code: "bad_file_name",
    message: `${JSON.stringify(path)} has a part that cannot be a file name: ${JSON.stringify(bad)}.`,
    hint: "Use a plain relative path without '..', drive letters or reserved Windows names.",
    status: 400,
  });
}

/**
 * The store's folder for a model. Catalogue ids stand for themselves; any other id (a URI, a foreign model's name)
 * becomes a readable part and a hash, so that no id can leave the store or meet another one.
 */
export function modelFolder(id: string): string {
  if (PLAIN_ID.test(id) && isSafeName(id) && !OWN_FOLDERS.includes(id)) return id;
  const readable = id.toLowerCase().replace(/[^a-z0-9.]+/g, "-").replace(/^[-.]+|[-.]+$/g, "").slice(-40).replace(/^[-.]+/, "");
  return `x-${readable}-${createHash("sha256").update(id).digest("hex").slice(0, 12)}`;
}
