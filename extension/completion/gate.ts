import { regionAt } from "./comment-gate.ts";
import { restOfLine } from "./document-view.ts";
import type { Reason } from "./reasons.ts";
import type { CompletionRequest } from "./request.ts";

/** A document beyond this is read by nobody, and copying it on each key costs. In characters. */
export const LARGEST_DOCUMENT = 2_000_000;

/** What a person has switched. */
export interface Switches {
  enabled: boolean;
  enabledForLanguage: boolean;
  enabledForFile: boolean;
  snoozed: boolean;
  pausedOnBattery: boolean;
}

/** Why nothing may be asked at all. Before the document is even read; what is asked for by hand passes pauses. */
export function switchedOff(switches: Switches, invoked: boolean): Reason | null {
  if (!switches.enabled) return "off";
  if (!switches.enabledForLanguage) return "off_for_language";
  if (!switches.enabledForFile) return "off_for_file";
  if (invoked) return null;
  if (switches.snoozed) return "snoozed";
  return switches.pausedOnBattery ? "battery" : null;
}

/** Why this place is no place for a suggestion that nobody asked for. */
export function unwantedPlace({ view, invoked, policy }: CompletionRequest): Reason | null {
  if (invoked) return null;
  if (!policy.automatic) return "manual";
  if (/^\w/.test(restOfLine(view))) return "inside_word";
  if (policy.insideComments && policy.insideStrings) return null;
  const region = regionAt(view);
  if (region === "comment" && !policy.insideComments) return "comment";
  return region === "string" && !policy.insideStrings ? "string" : null;
}
