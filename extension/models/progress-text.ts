import type { LoadProgress } from "../../runtime/api/types.ts";
import type { ActivityKind } from "../host/status-board.ts";
import type { Translate } from "../host/translate.ts";
import { formatBytes } from "./units.ts";

/** One step of making a model ready, as a person sees it. */
export interface ShownProgress {
  kind: ActivityKind;
  text: string;
  /** 0 to 1; undefined while the end is not known. */
  share?: number;
}

/** The runtime's steps (`download`, `extract`, `verify`, `convert`, `load …`, `wait for …`) in words, with how far each is. */
export function shownProgress({ step, done, total, unit }: LoadProgress, t: Translate): ShownProgress {
  const share = total === null || total === 0 ? undefined : Math.min(1, done / total);
  const amount = unit === "bytes" ? `${formatBytes(done)}${total === null ? "" : ` / ${formatBytes(total)}`}` : `${done}${total === null ? "" : ` / ${total}`}`;
  const { kind, text } = words(step, t);
  return { kind, text: done === 0 && total === null ? text : `${text}: ${amount}`, ...(share === undefined ? {} : { share }) };
}

function words(step: string, t: Translate): { kind: ActivityKind; text: string } {
  if (step.startsWith("download")) return { kind: "downloading", text: t("Downloading") };
  if (step.startsWith("load")) return { kind: "loading", text: t("Loading") };
  if (step.startsWith("wait")) return { kind: "downloading", text: t("Waiting for another program that works on this model") };
  if (step === "extract") return { kind: "downloading", text: t("Unpacking") };
  if (step === "verify") return { kind: "downloading", text: t("Checking the file") };
  return { kind: "loading", text: t("Making the file") };
}
