import type { ChatRequest } from "../../../runtime/api/types.ts";

/** What the cell language would read as a role line. */
const ROLE_LINE = /^(\\*(?:system|user|assistant):[ \t]*)$/gmu;
/** What begins a template expression. */
const BRACES = /\{[{%]/gu;

/** A request as the source of a prompt cell that sends the same words. */
export function cellSource(request: ChatRequest): string {
  const settings = [`model: ${request.model}`, ...(request.precision === undefined ? [] : [`precision: ${request.precision}`]), ...(request.max_tokens === undefined ? [] : [`max_tokens: ${request.max_tokens}`])];
  const [only] = request.messages;
  const body = request.messages.length === 1 && only?.role === "user"
    ? literal(only.content)
    : request.messages.map(({ role, content }) => `${role}:\n${literal(content)}`).join("\n\n");
  return `---\n${settings.join("\n")}\n---\n${body}`;
}

/** Text that the cell language takes as it is. */
function literal(text: string): string {
  return text.replace(BRACES, (braces) => `{{ "${braces}" }}`).replace(ROLE_LINE, "\\$1");
}
