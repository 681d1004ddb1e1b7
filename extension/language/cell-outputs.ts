import type * as vscode from "vscode";

import { savedResult, type SavedOutput } from "./saved-result.ts";

const decoder = new TextDecoder();

/** Results read from outputs, by the output that holds them: the same object for the same output. */
const results = new WeakMap<vscode.NotebookCellOutput, Record<string, unknown>>();

/** What a cell's outputs tell of its result. Undefined: nothing. */
export function resultOf(cell: vscode.NotebookCell): Record<string, unknown> | undefined {
  const main = cell.outputs.find(({ metadata }) => recordOf(metadata) !== undefined);
  if (main === undefined) return undefined;
  const known = results.get(main);
  if (known !== undefined) return known;
  const result = savedResult([savedOutput(main)]);
  if (result !== undefined) results.set(main, result);
  return result;
}

function savedOutput(output: vscode.NotebookCellOutput): SavedOutput {
  return {
    metadata: recordOf(output.metadata),
    data(mime) {
      const item = output.items.find((one) => one.mime === mime);
      if (item === undefined) return undefined;
      const text = decoder.decode(item.data);
      if (!/[/+]json$/.test(mime)) return text;
      try {
        return JSON.parse(text) as unknown;
      } catch {
        // A damaged file: as good as not saved.
        return undefined;
      }
    },
  };
}

/** VS Code's reader of `.ipynb` files puts an output's own metadata one level down; a live run may not. */
function recordOf(metadata: Readonly<Record<string, unknown>> | undefined): Readonly<Record<string, unknown>> | undefined {
  if (metadata?.["retort"] !== undefined) return metadata;
  const inner = metadata?.["metadata"];
  return typeof inner === "object" && inner !== null && "retort" in inner ? (inner as Record<string, unknown>) : undefined;
}
