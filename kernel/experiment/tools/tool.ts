/** A function that a model may call, as the model is told of it. */
export interface ToolDefinition {
  name: string;
  description: string;
  /** JSON Schema of its arguments, an object. */
  parameters: Record<string, unknown>;
}

/** One call of a tool within a run. */
export interface ToolStep {
  /** 1-based: replies of the model that asked for calls. */
  step: number;
  tool: string;
  /** As the model wrote them, read where they are JSON. */
  arguments: unknown;
  /** What the model was given back: the result as text, or what went wrong. */
  result: string;
  ok: boolean;
  /** Time of the tool itself. */
  ms: number;
}

/** Runs a tool. Rejects with the error of its code, and with `cancelled`. */
export type CallTool = (name: string, args: unknown, signal: AbortSignal) => Promise<unknown>;
