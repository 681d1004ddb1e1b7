import { stat } from "node:fs/promises";

import { RetortError } from "../../errors.ts";
import type { OpenedAdapter } from "./adapter.ts";

type CheckedFile = Pick<OpenedAdapter, "name" | "path" | "bytes" | "mtimeMs">;

/** Throws `adapter_changed` where the file is not the one that was checked: native code trusts it. */
export async function checkUnchanged({ name, path, bytes, mtimeMs }: CheckedFile): Promise<void> {
  const now = await stat(path).catch(() => undefined);
  if (now?.size === bytes && now.mtimeMs === mtimeMs) return;
  throw new RetortError({
    code: "adapter_changed",
    message: `The file of the adapter '${name}' has changed since it was checked.`,
    hint: "Start the server again to use the new file.",
    status: 409,
    param: "lora",
  });
}
