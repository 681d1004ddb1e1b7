import { completionContribution } from "../completion/contributes.ts";
import { explainContribution } from "../explain/contributes.ts";
import { hostContribution } from "../host/contributes.ts";
import { languageContribution } from "../language/contributes.ts";
import { modelsContribution } from "../models/contributes.ts";
import { notebookContribution } from "../notebook/contributes.ts";
import { rendererContribution } from "../renderer/contributes.ts";
import type { Contribution } from "./contribution.ts";

/** The tables of all parts, in the order in which settings and commands are listed. */
export const PARTS = [
  notebookContribution, completionContribution, explainContribution, modelsContribution, languageContribution, rendererContribution, hostContribution,
] as const satisfies readonly Contribution[];
