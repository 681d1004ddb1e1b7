/** JavaScript for TypeScript, each type replaced by spaces so that lines and columns stay. Null where `code` is neither. */
export async function stripTypes(code: string): Promise<string | null> {
  const { transformSync } = await import("@swc/wasm-typescript");
  try {
    return transformSync(code, { mode: "strip-only" }).code;
  } catch (error) {
    // What has no JavaScript under its types (an enum, a namespace) is named; for the rest, V8's own message is better.
    const { code: reason, message } = error as { code?: string; message?: string };
    if (reason === "UnsupportedSyntax") throw Object.assign(new SyntaxError(message ?? reason), { hint: "Types are left out before a cell runs; write what they stand for as JavaScript, such as `const Colour = { red: 0 }`." });
    return null;
  }
}
