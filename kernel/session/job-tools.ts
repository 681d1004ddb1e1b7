import type { ChatTool, ToolChoice as ApiToolChoice } from "../../runtime/api/types.ts";
import { RetortError } from "../../runtime/errors.ts";
import { didYouMean, nearest } from "../../runtime/nearest.ts";
import type { ToolChoice } from "../cells/tools.ts";
import type { JsHost } from "../experiment/js/execution.ts";
import type { Plan } from "../experiment/plan.ts";
import type { ToolDefinition } from "../experiment/tools/tool.ts";
import type { PromptJob } from "./prompt-job.ts";
import type { UserCode } from "./user-code.ts";

/** The tools that a job names, as `%%js` cells have defined them. Rejects with `unknown_tool`. */
export async function jobTools({ settings: { tools: names } }: PromptJob, code: UserCode, host: JsHost, signal: AbortSignal): Promise<ToolDefinition[]> {
  if (names === undefined) return [];
  const defined = await code.tools(host, signal);
  return names.map((name) => {
    const tool = defined.find((each) => each.name === name);
    if (tool !== undefined) return tool;
    throw new RetortError({
      code: "unknown_tool",
      message: `There is no tool \`${name}\`.${didYouMean(nearest(name, defined.map((each) => each.name)))}`,
      hint: `Define it in a %%js cell above: tool("${name}", { expression: "string" }, ({ expression }) => …)`,
      status: 400,
    });
  });
}

/** Offers the tools in every measured request. A warm-up must not act. */
export function withTools(plan: Plan, tools: readonly ToolDefinition[], choice: ToolChoice = "auto"): Plan {
  if (tools.length === 0) return plan;
  const offered = tools.map(({ name, description, parameters }): ChatTool => ({ type: "function", function: { name, ...(description === "" ? {} : { description }), parameters } }));
  const wanted: ApiToolChoice = typeof choice === "string" ? choice : { type: "function", function: choice };
  return { ...plan, runs: plan.runs.map((run) => (run.kind === "warmup" ? run : { ...run, request: { ...run.request, tools: offered, tool_choice: wanted } })) };
}
