import type { ModelOffers } from "../../runtime/api/types.ts";
import type { DeviceReport } from "./engine-types.ts";
import { expectedRate, recommend, type Recommendation } from "./recommend.ts";
import { fitText, stateText } from "./offer-items.ts";
import type { Translate } from "../host/translate.ts";
import type { Trial } from "./trial-run.ts";
import { escapeMarkdown, formatBytes, formatMs, formatRate, precisionName } from "./units.ts";

export interface MachineFacts {
  devices: DeviceReport;
  offers: ModelOffers;
  /** Null when no model is here to try. */
  trial: Trial | null;
  /** Bytes of the trial's file. */
  trialBytes: number | null;
  /** Set while the engine runs elsewhere than asked for. */
  fallback: string | null;
}

/** What *Check This Machine* found, as a Markdown document. */
export function machineReport(facts: MachineFacts, t: Translate): string {
  return [
    `# ${t("Retort on this machine")}`,
    "",
    t("Computes with **{0}**: {1}", facts.devices.backend.toUpperCase(), escapeMarkdown(facts.devices.reason)),
    ...(facts.fallback === null ? [] : ["", `> ${escapeMarkdown(facts.fallback)}`]),
    "",
    ...devicesTable(facts, t),
    "",
    `## ${t("A short real run")}`,
    "",
    ...trialLines(facts.trial, t),
    "",
    `## ${t("What suits it")}`,
    "",
    ...recommendations(facts, t),
    "",
    `## ${t("All models")}`,
    "",
    ...modelsTable(facts, t),
    "",
  ].join("\n");
}

function devicesTable({ devices, offers }: MachineFacts, t: Translate): string[] {
  const { free_bytes: free, budget_bytes: budget, used_bytes: used } = offers.memory;
  return [
    `| ${t("device")} | ${t("back end")} | ${t("memory")} | ${t("free")} |`,
    "| --- | --- | ---: | ---: |",
    ...devices.devices.map(({ name, backend, totalBytes, freeBytes }) => `| ${escapeMarkdown(name)} | ${backend} | ${formatBytes(totalBytes)} | ${formatBytes(freeBytes)} |`),
    "",
    t("Threads: {0}. Models may take {1}; {2} is free, {3} is taken by loaded models.", devices.threads, formatBytes(budget), formatBytes(free), formatBytes(used)),
  ];
}

function trialLines(trial: Trial | null, t: Translate): string[] {
  if (trial === null) return [t("No model is on this machine yet. Get one with *Retort: Choose Model*, then check again.")];
  return [
    t("{0} in {1} on {2}, {3} tokens:", escapeMarkdown(trial.model), precisionName(trial.precision), escapeMarkdown(trial.device), trial.tokens),
    "",
    `* ${t("time to the first token: {0}", formatMs(trial.ttftMs))}`,
    `* ${t("speed: {0}", formatRate(trial.decodeTokS))}`,
    `* ${t("memory of the model: {0}", formatBytes(trial.memory))}`,
  ];
}

function recommendations(facts: MachineFacts, t: Translate): string[] {
  const onGpu = facts.devices.backend !== "cpu";
  const scale = scaleOf(facts);
  const line = (job: string, found: Recommendation | null): string => {
    if (found === null) return `* ${job}: ${t("no model of the catalogue fits into memory now")}`;
    const rate = expectedRate(found.offer, scale);
    const expected = Number.isFinite(rate) ? t("about {0} expected", formatRate(rate)) : t("speed not known");
    return `* ${job}: **${escapeMarkdown(found.model.name)}** ${precisionName(found.offer.precision)} (${expected}; ${stateText(found.offer, t)})`;
  };
  return [
    line(t("code completion"), recommend(facts.offers, "fim", onGpu, scale)),
    line(t("prompts and explanations"), recommend(facts.offers, "chat", onGpu, scale)),
    "",
    t("Expected speeds are the measured one scaled by the size of the files: each token reads all weights once."),
  ];
}

function scaleOf({ trial, trialBytes }: MachineFacts): { bytes: number; tokS: number } | null {
  return trial?.decodeTokS == null || trialBytes === null ? null : { bytes: trialBytes, tokS: trial.decodeTokS };
}

function modelsTable({ offers }: MachineFacts, t: Translate): string[] {
  const rows = offers.models.flatMap((model) => model.precisions.map((offer) =>
    `| ${escapeMarkdown(model.name)} | ${precisionName(offer.precision)} | ${formatBytes(offer.bytes)} | ${formatBytes(offer.need_bytes)} | ${fitText(offer.fit, t)} | ${escapeMarkdown(stateText(offer, t))} |`));
  return [`| ${t("model")} | ${t("precision")} | ${t("file")} | ${t("in memory")} | ${t("fit")} | ${t("state")} |`, "| --- | --- | ---: | ---: | --- | --- |", ...rows];
}
