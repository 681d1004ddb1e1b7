/** A function that the model may call. */
export interface ChatTool {
  type: "function";
  function: { name: string; description?: string; /** JSON Schema of an object. */ parameters?: Record<string, unknown>; strict?: boolean };
}

export type ToolChoice = "none" | "auto" | "required" | { type: "function"; function: { name: string } };

export interface ToolCall {
  id: string;
  type: "function";
  function: { name: string; /** JSON text. */ arguments: string };
}
