import * as vscode from "vscode";

import type { ModelOffers } from "../../runtime/api/types.ts";
import { RetortError } from "../../runtime/errors.ts";
import { newNotebook } from "../notebook/commands/new-notebook.ts";
import { isHere } from "./offer-items.ts";
import { makeReady } from "./make-ready.ts";
import type { ModelsParts } from "./parts.ts";
import { TRIAL_MODEL } from "./recommend.ts";
import { formatBytes } from "./units.ts";

/** Begins a function so plainly that even the smallest model knows how to go on. */
const SAMPLE = `def add(a, b):
    """Return the sum of a and b."""
    return a + b


def multiply(a, b):
    """Return the product of a and b."""
    return `;
const FIRST_CELL = "Name three colours, separated by commas.";

interface FirstModel {
  id: string;
  label: string;
  detail: string;
}

/** Walkthrough, action 1: a model. One choice, the smallest first; what is here already is only loaded. */
export async function getFirstModel(parts: ModelsParts, chosen?: string): Promise<void> {
  const client = await parts.runtime.client();
  if (!client.local) return void vscode.commands.executeCommand("retort.chooseModel");
  const offers = await client.offers();
  const id = chosen ?? (await askForFirst(offers));
  const model = offers.models.find((one) => one.id === id);
  if (model === undefined) return;
  const precision = model.precisions.find((offer) => offer.precision === "int8") ?? model.precisions[0];
  if (precision === undefined) throw new RetortError({ code: "model_not_found", message: `${model.name} has no file.`, hint: "Choose another model.", status: 404 });
  // The walkthrough ticks the step off when this changes; the model may have been here before.
  await vscode.commands.executeCommand("setContext", "retort.hasModel", false);
  await makeReady(parts, client, model.id, precision.precision);
  void vscode.window.showInformationMessage(vscode.l10n.t("{0} is ready.", model.name));
}

async function askForFirst(offers: ModelOffers): Promise<string | undefined> {
  const first: FirstModel[] = [
    { id: TRIAL_MODEL, label: vscode.l10n.t("Small and quick to get"), detail: vscode.l10n.t("For trying out: suggestions and answers are as small as the model.") },
    { id: "qwen2.5-coder-0.5b", label: vscode.l10n.t("For code completion"), detail: vscode.l10n.t("Sees what comes before and after the cursor.") },
    { id: "deepseek-r1-1.5b", label: vscode.l10n.t("For prompts and explanations"), detail: vscode.l10n.t("Reasons before it answers.") },
  ];
  const items = first.flatMap(({ id, label, detail }) => {
    const model = offers.models.find((one) => one.id === id);
    if (model === undefined) return [];
    const offer = model.precisions.find(({ precision }) => precision === "int8") ?? model.precisions[0];
    return [{ id, label, detail, description: `${model.name} · ${isHere(model) ? vscode.l10n.t("on this machine") : vscode.l10n.t("download {0}", formatBytes(offer?.download_bytes ?? null))}` }];
  });
  return (await vscode.window.showQuickPick(items, { title: vscode.l10n.t("A first model"), matchOnDescription: true }))?.id;
}

/** Walkthrough, action 2: a sample file with the cursor where a suggestion belongs. */
export async function firstSuggestion(): Promise<void> {
  const document = await vscode.workspace.openTextDocument({ language: "python", content: SAMPLE });
  const editor = await vscode.window.showTextDocument(document);
  const end = document.positionAt(SAMPLE.length);
  editor.selection = new vscode.Selection(end, end);
  await vscode.commands.executeCommand("editor.action.inlineSuggest.trigger");
}

/** Walkthrough, action 3: a notebook whose one cell is run at once. */
export async function firstCell({ context }: Pick<ModelsParts, "context">): Promise<vscode.NotebookDocument> {
  const notebook = await newNotebook(context.extension.id);
  const cell = notebook.cellAt(0);
  const edit = new vscode.WorkspaceEdit();
  edit.insert(cell.document.uri, new vscode.Position(0, 0), FIRST_CELL);
  await vscode.workspace.applyEdit(edit);
  await vscode.commands.executeCommand("notebook.cell.execute", { ranges: [{ start: 0, end: 1 }], document: notebook.uri });
  return notebook;
}
