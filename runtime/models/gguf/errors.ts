import { RetortError } from "../../errors.ts";

const DAMAGED = "The file is damaged or not a model. Get it again with `retort pull`.";

/** A GGUF file that Retort will not hand to native code. */
export function badGguf(code: `gguf_${string}`, message: string, hint = DAMAGED): RetortError {
  return new RetortError({ code, message, hint, status: 422 });
}
