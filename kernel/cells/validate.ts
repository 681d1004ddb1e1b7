import type { Diagnostic, MessageTemplate, NotebookScope, ParsedCell, QuickFix, Range, Setting } from "./cell.ts";
import { errorAt } from "./diagnostic.ts";
import { localScope } from "./local-names.ts";
import { nameProblem } from "./names.ts";
import { sourceRange } from "./source-range.ts";
import { diagnoseTemplate } from "./template.ts";
import { validateCommand } from "./validate-commands.ts";
import { validateExperiment } from "./validate-experiment.ts";
import { validateKind } from "./validate-kind.ts";
import { validateSettings } from "./validate-settings.ts";

/** Everything that is wrong with a cell, the parser's findings first. A cell with an error must not run. */
export function validateCell(parsed: ParsedCell, scope: NotebookScope): Diagnostic[] {
  return [...parsed.diagnostics, ...validateContent(parsed, scope)];
}

function validateContent({ cell, diagnostics }: ParsedCell, scope: NotebookScope): Diagnostic[] {
  switch (cell.kind) {
    case "prompt": {
      // What broken YAML leaves behind would only be judged wrongly.
      const isReadable = diagnostics.every(({ code }) => code !== "yaml_error");
      const settings = isReadable ? [...validateSettings(cell.settings, scope), ...validateExperiment(cell, scope)] : [];
      const inner = localScope(cell.settings, scope);
      return [...settings, ...cell.messages.flatMap((message) => validateMessage(message, inner))];
    }
    case "vars": return cell.values.flatMap(validateVariable);
    case "command": return cell.commands.flatMap((command) => validateCommand(command, scope));
    case "bench":
    case "compare":
    case "chart": return diagnostics.some(({ severity }) => severity === "error") ? [] : validateKind(cell, scope);
    case "js":
    case "empty": return [];
  }
}

function validateMessage(message: MessageTemplate, scope: NotebookScope): Diagnostic[] {
  const moved = (range: Range): Range => sourceRange({ text: message.template, lineStarts: message.lineStarts }, range);
  const movedFix = (fix: QuickFix): { fix: QuickFix } => ({ fix: { ...fix, range: moved(fix.range) } });
  return diagnoseTemplate(message.template, scope).map(({ fix, ...diagnostic }) => ({
    ...diagnostic, range: moved(diagnostic.range), ...(fix === undefined ? {} : movedFix(fix)),
  }));
}

function validateVariable({ key, keyRange }: Setting): Diagnostic[] {
  const problem = nameProblem(key);
  return problem === null ? [] : [errorAt(keyRange, "bad_name", `\`${key}\` ${problem}.`)];
}
