import type { RuntimeStatus } from "../../runtime/api/types.ts";
import type { Precision } from "../../runtime/models/model.ts";
import type { Activity, ActivityKind } from "../host/status-board.ts";
import type { ConnectionState } from "../host/connection-state.ts";
import type { MemoryReport } from "./engine-types.ts";
import type { Translate } from "../host/translate.ts";
import { escapeMarkdown, formatBytes, precisionName } from "./units.ts";

/** All that the status bar is made from. */
export interface StatusFacts {
  connection: ConnectionState;
  /** Address of a server elsewhere; null for this machine. */
  remote: string | null;
  /** Null before the first look at the runtime. */
  status: RuntimeStatus | null;
  memory: MemoryReport | null;
  /** The model that the bar is about; null where none is known. */
  model: { id: string; name: string; precision: Precision | null } | null;
  activities: readonly Activity[];
}

export type StatusState = "idle" | "starting" | "downloading" | "loading" | "ready" | "busy" | "paused" | "snoozed" | "degraded" | "error";

export interface StatusView {
  state: StatusState;
  /** With codicons. */
  text: string;
  /** For a screen reader: no icons. */
  label: string;
  /** Markdown with command links. */
  tooltip: string;
  severity: "none" | "warning" | "error";
  command: string;
}

const ICONS: Record<StatusState, string> = {
  idle: "$(beaker)", starting: "$(sync~spin)", downloading: "$(cloud-download)", loading: "$(sync~spin)", ready: "$(beaker)", busy: "$(loading~spin)",
  paused: "$(debug-pause)", snoozed: "$(bell-slash)", degraded: "$(warning)", error: "$(error)",
};
/** First match wins. A computer that fell back to the CPU still shows what it is doing: the colour tells the rest. */
const ORDER: readonly ActivityKind[] = ["error", "downloading", "starting", "loading", "busy", "snoozed", "paused"];

/** The status bar's item for these facts. Pure. */
export function statusView(facts: StatusFacts, t: Translate): StatusView {
  const { state, activity } = stateOf(facts);
  const degraded = isDegraded(facts);
  const what = describe(state, facts, activity, t);
  return {
    state,
    text: `${ICONS[state]} ${what}`,
    label: `Retort: ${what}, ${stateName(state, t)}${degraded && state !== "degraded" ? `, ${stateName("degraded", t)}` : ""}`,
    tooltip: tooltip(facts, state, activity, t),
    severity: state === "error" ? "error" : degraded ? "warning" : "none",
    command: commandFor(state, facts),
  };
}

function stateOf(facts: StatusFacts): { state: StatusState; activity: Activity | undefined } {
  const all = [...facts.activities, ...ownActivities(facts)];
  for (const kind of ORDER) {
    const activity = all.find((one) => one.kind === kind);
    if (activity !== undefined) return { state: kind as StatusState, activity };
  }
  if (isDegraded(facts)) return { state: "degraded", activity: all.find(({ kind }) => kind === "degraded") };
  return { state: facts.connection === "connected" ? "ready" : "idle", activity: undefined };
}

/** What the connection and the runtime themselves are doing. */
function ownActivities({ connection, status }: StatusFacts): Activity[] {
  const loading = status?.loading[0];
  return [
    ...(connection === "failed" ? [{ kind: "error" as const, text: "" }] : []),
    ...(connection === "starting" || status?.state === "loading" ? [{ kind: "starting" as const, text: "" }] : []),
    ...(loading === undefined ? [] : [{ kind: "loading" as const, text: loading.model, share: loading.share }]),
    ...((status?.active ?? 0) > 0 ? [{ kind: "busy" as const, text: "" }] : []),
  ];
}

function isDegraded({ status, activities }: StatusFacts): boolean {
  return (status?.fallback ?? null) !== null || activities.some(({ kind }) => kind === "degraded");
}

/** The item's words: the model where it can be used, else what goes on. */
function describe(state: StatusState, facts: StatusFacts, activity: Activity | undefined, t: Translate): string {
  const percent = activity?.share === undefined ? "" : ` ${Math.floor(activity.share * 100)} %`;
  if (state === "downloading" || state === "loading") return `Retort${percent === "" ? `: ${stateName(state, t)}` : percent}`;
  if (state === "error" || state === "starting") return `Retort: ${stateName(state, t)}`;
  const { model } = facts;
  const name = model === null ? "Retort" : `${model.id}${model.precision === null ? "" : ` ${precisionName(model.precision)}`}`;
  return state === "degraded" ? `${name} (CPU)` : name;
}

export function stateName(state: StatusState, t: Translate): string {
  const names: Record<StatusState, string> = {
    idle: t("not started"), starting: t("starting"), downloading: t("downloading"), loading: t("loading"), ready: t("ready"), busy: t("busy"),
    paused: t("paused"), snoozed: t("snoozed"), degraded: t("on the CPU instead of the GPU"), error: t("error"),
  };
  return names[state];
}

function commandFor(state: StatusState, { remote, model, connection }: StatusFacts): string {
  if (state === "error") return "retort.showLog";
  return model === null || remote !== null || connection !== "connected" ? "retort.chooseModel" : "retort.togglePrecision";
}

function tooltip(facts: StatusFacts, state: StatusState, activity: Activity | undefined, t: Translate): string {
  const { model, remote, status } = facts;
  const texts = facts.activities.map(({ text }) => text).filter((text) => text !== "" && text !== activity?.text);
  const lines = [
    `**Retort** — ${stateName(state, t)}${activity === undefined || activity.text === "" ? "" : `: ${escapeMarkdown(activity.text)}`}`,
    ...texts.map(escapeMarkdown),
    ...(model === null ? [] : [`${t("Model")}: ${escapeMarkdown(model.name)}${model.precision === null ? "" : ` (${precisionName(model.precision)})`}`]),
    ...(remote === null ? [] : [`${t("Server")}: ${escapeMarkdown(remote)}`]),
    ...(status?.fallback == null ? [] : [escapeMarkdown(status.fallback.reason)]),
    ...memoryLines(facts, t),
    links(facts, t),
  ];
  return lines.join("\n\n");
}

function memoryLines({ memory, status }: StatusFacts, t: Translate): string[] {
  if (memory === null) return [];
  const loaded = (status?.loaded ?? []).map(({ model, precision, device }) => `${escapeMarkdown(model)} ${precisionName(precision)} (${escapeMarkdown(device)})`);
  return [
    ...(loaded.length === 0 ? [] : [`${t("In memory")}: ${loaded.join(", ")}`]),
    `RAM ${formatBytes(memory.process.rss)}${memory.vram === null ? "" : ` · VRAM ${formatBytes(memory.vram.used)} / ${formatBytes(memory.vram.total)}`}`,
  ];
}

function links({ remote, model, connection }: StatusFacts, t: Translate): string {
  const local = remote === null;
  const link = (title: string, command: string): string => `[${title}](command:${command})`;
  return [
    ...(local && model !== null && connection === "connected" ? [link(t("Toggle FP16 / INT8"), "retort.togglePrecision")] : []),
    link(t("Choose model"), "retort.chooseModel"),
    ...(local ? [link(t("Memory"), "retort.showMemory"), link(t("Check this machine"), "retort.checkMachine")] : []),
    link(t("Log"), "retort.showLog"),
  ].join(" · ");
}
