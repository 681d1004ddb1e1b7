import { RetortError } from "../../../runtime/errors.ts";
import { fromCell } from "../../export/cell-form.ts";
import { findFormat } from "../../export/formats.ts";
import { findPrompt } from "../../export/notebook-form.ts";
import { toText } from "../../export/text-form.ts";
import type { CommandTools } from "./command.ts";

/** `%export text`: the cells that ran. `%export prompty [NAME]`: a prompt cell as a prompt file; what it cannot hold stands on stderr. */
export function exportCells({ context, state, text }: CommandTools): void {
  const [formatName = "text", cellName] = text.words;
  const format = findFormat(formatName);
  if (format === undefined) {
    context.stream("stdout", toText(state.sources.map((source) => ({ type: "code", source, tags: [] }))));
    return;
  }
  const cell = findPrompt(state.sources, cellName);
  if (cell === null) {
    throw new RetortError({ code: "no_prompt_cell", message: cellName === undefined ? "No prompt cell has run yet." : `No prompt cell named \`${cellName}\` has run.`, hint: "Run the cell first.", status: 400 });
  }
  const file = fromCell(cell, state.names.variables());
  const { value, losses } = format.write(file.value);
  context.stream("stdout", value);
  const all = [...new Set([...file.losses, ...losses])];
  if (all.length > 0) context.stream("stderr", `Not carried over:\n${all.map((loss) => `  * ${loss}\n`).join("")}`);
}
