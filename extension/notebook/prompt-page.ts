/** What the kernel tells of a prompt, by this MIME type of its inspect_reply. */
export const PROMPT_MIME = "application/vnd.retort.prompt+json";

export interface RenderedPrompt {
  messages: Array<{ role: string; content: string }>;
  /** Null: none is named by cell, notebook or environment. */
  model: string | null;
  /** Null: the kernel could not count. */
  tokens: number | null;
}

/** Reads what came from a kernel; null where it is something else. */
export function readRenderedPrompt(value: unknown): RenderedPrompt | null {
  const { messages, model, tokens } = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;
  if (!Array.isArray(messages)) return null;
  return {
    messages: messages.map(({ role, content }: { role: unknown; content: unknown }) => ({ role: String(role), content: String(content) })),
    model: typeof model === "string" ? model : null,
    tokens: typeof tokens === "number" ? tokens : null,
  };
}

/** The prompt as a Markdown page. `facts` are lines for its head. The prompt's own text stands in fences that it cannot close. */
export function promptPage(title: string, facts: readonly string[], { messages }: RenderedPrompt): string {
  const parts = messages.map(({ role, content }) => {
    const fence = "`".repeat(Math.max(3, longestRun(content) + 1));
    return `## ${role}\n\n${fence}text\n${content}\n${fence}`;
  });
  return [`# ${title}`, ...facts, ...parts].join("\n\n") + "\n";
}

function longestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
}
