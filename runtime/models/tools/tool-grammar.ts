import type { ChatTool, ToolChoice } from "../../api/types.ts";
import { RetortError } from "../../errors.ts";
import { decodableSchema } from "../decodable-schema.ts";

/** JSON schema of one call of one of `tools`; conditions that a decoder cannot hold are left out. */
export function callSchema(tools: readonly ChatTool[]): Record<string, unknown> {
  const calls = tools.map(({ function: { name, parameters } }) => ({
    type: "object",
    properties: { name: { const: name }, arguments: decodableSchema({ type: "object", ...parameters }) },
    required: ["name", "arguments"],
    additionalProperties: false,
  }));
  return calls.length === 1 ? calls[0] as Record<string, unknown> : { oneOf: calls };
}

/** The tools that `choice` leaves. Throws `invalid_request` for one that is not there. */
export function chosenTools(tools: readonly ChatTool[], choice: ToolChoice): readonly ChatTool[] {
  if (typeof choice === "string") return tools;
  const chosen = tools.filter((tool) => tool.function.name === choice.function.name);
  if (chosen.length > 0) return chosen;
  throw new RetortError({
    code: "invalid_request", message: `'tool_choice' names the tool '${choice.function.name}', which is not in 'tools'.`,
    hint: `Known: ${tools.map((tool) => tool.function.name).join(", ") || "none"}.`, status: 400, param: "tool_choice",
  });
}
