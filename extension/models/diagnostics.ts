import type { ModelOffers, RuntimeStatus } from "../../runtime/api/types.ts";
import type { ServerFacts } from "../../runtime/client/server-facts.ts";
import { serverLines } from "../../runtime/client/server-text.ts";
import type { DeviceReport, MemoryReport } from "./engine-types.ts";
import { redact, type Private } from "./redact.ts";
import { formatBytes } from "./units.ts";

export interface DiagnosticFacts {
  versions: ReadonlyArray<readonly [what: string, version: string]>;
  /** Settings that differ from their defaults. */
  settings: ReadonlyArray<readonly [name: string, value: unknown]>;
  connection: string;
  remote: boolean;
  /** What a server elsewhere is; its models are the user's business. */
  server?: ServerFacts | null;
  status: RuntimeStatus | null;
  devices: DeviceReport | null;
  memory: MemoryReport | null;
  offers: ModelOffers | null;
  /** What could not be found out, one sentence each. */
  failures: readonly string[];
  log: readonly string[];
}

/** Settings whose values are other people's names or places. */
const HIDDEN_VALUES = /url|folder|path|file|key|token/i;

/** A report to send to somebody else: English, and redacted as a whole at the end. */
export function diagnosticsReport(facts: DiagnosticFacts, hide: Private): string {
  const text = [
    "# Retort diagnostics",
    "",
    "Look through this before you send it. Paths, names, addresses and keys have been taken out; prompts and answers are not in it.",
    ...section("Versions", facts.versions.map(([what, version]) => `* ${what}: ${version}`)),
    ...section("Settings that were changed", facts.settings.map(([name, value]) => `* ${name}: ${shownValue(name, value)}`)),
    ...section("State", stateLines(facts)),
    ...section("Devices", (facts.devices?.devices ?? []).map(({ backend, name, totalBytes, freeBytes }) => `* ${backend}: ${name}, ${formatBytes(totalBytes)}, ${formatBytes(freeBytes)} free`)),
    ...section("Models", modelLines(facts.offers)),
    ...section("What failed while collecting", facts.failures.map((failure) => `* ${failure}`)),
    ...section("Last lines of the log", facts.log.length === 0 ? [] : ["```text", ...facts.log.map((line) => line.replaceAll("```", "'''")), "```"]),
  ].join("\n");
  return `${redact(text, hide)}\n`;
}

function section(title: string, lines: readonly string[]): string[] {
  return ["", `## ${title}`, "", ...(lines.length === 0 ? ["none"] : lines)];
}

function shownValue(name: string, value: unknown): string {
  if (HIDDEN_VALUES.test(name)) return value === "" ? '""' : "(set)";
  return `\`${JSON.stringify(value)}\``;
}

function stateLines({ connection, remote, server, status, devices, memory }: DiagnosticFacts): string[] {
  return [
    `* connection: ${connection}, ${remote ? "a server elsewhere" : "this machine"}`,
    ...(server === undefined || server === null ? [] : serverLines({ ...server, models: [] }).filter((line) => !line.startsWith("Models:")).map((line) => `* server: ${line}`)),
    ...(status === null ? [] : [
      `* runtime ${status.version}: ${status.state}, up ${Math.round(status.uptime_s)} s, ${status.active} active, ${status.queued} queued, ${status.leases} leases`,
      ...status.loaded.map((model) => `* loaded: ${modelName(model.model)} ${model.precision} (${model.quant}) on ${model.backend}, ${model.threads} threads, ${model.slots} × ${model.context} tokens, ${model.gpu_layers} layers on the GPU`),
      ...(status.fallback === null ? [] : [`* fallback: ${status.fallback.from} → ${status.fallback.to}: ${status.fallback.reason}`]),
    ]),
    ...(devices === null ? [] : [`* back end: ${devices.backend} (${devices.reason}), engine ${devices.engineVersion}, ${devices.threads} threads`]),
    ...(memory === null ? [] : [`* memory: RSS ${formatBytes(memory.process.rss)}, swap ${formatBytes(memory.process.swap)}${memory.vram === null ? "" : `, VRAM ${formatBytes(memory.vram.used)} of ${formatBytes(memory.vram.total)}`}`]),
  ];
}

function modelLines(offers: ModelOffers | null): string[] {
  if (offers === null) return [];
  return offers.models.map(({ id, precisions }) => `* ${precisions.some(({ from }) => from.startsWith("file:")) ? "file:<own>" : modelName(id)}: ${precisions.map(({ precision, state, fit }) => `${precision} ${state}${fit === null ? "" : ` (${fit})`}`).join(", ")}`);
}

/** Names of the user's own files and of other programs' models are the user's business. */
function modelName(id: string): string {
  return /^(file|ollama|lmstudio|jan|hf-cache):/.test(id) ? `${id.split(":")[0]}:<own>` : id;
}
