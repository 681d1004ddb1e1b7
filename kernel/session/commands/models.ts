import type { LoadedInfo } from "../../../runtime/api/types.ts";
import type { Precision } from "../../../runtime/models/model.ts";
import { serverLines } from "../../../runtime/client/server-text.ts";
import { formatBytes } from "../../display/numbers.ts";
import { objectsTable, tableOutput } from "../../display/table.ts";
import { catalogueEntry, catalogueNames } from "../catalogue-names.ts";
import { progressText } from "../progress-text.ts";
import type { RuntimeApi } from "../model-access.ts";
import type { CommandTools } from "./command.ts";
import { modelPage } from "./model-page.ts";

/** `%status`: never starts a runtime. */
export async function status({ context, access }: CommandTools): Promise<void> {
  const runtime = access.current?.runtime;
  if (runtime === undefined) return print(context, "Not connected: the runtime is found or started with the first prompt, or with %models or %load.");
  if (!runtime.local) return print(context, await otherServer(runtime, context.signal));
  const [state, devices, memory] = await Promise.all([runtime.status(context.signal), runtime.devices(context.signal), runtime.memory(context.signal)]);
  const vram = memory.vram === null ? "" : `, VRAM ${formatBytes(memory.vram.used)} of ${formatBytes(memory.vram.total)}`;
  const lines = [
    `Runtime ${state.version}: ${state.state}, ${state.active} running, ${state.queued} waiting.`,
    `Engine ${devices.engineVersion} on ${devices.backend} (${devices.reason}), ${devices.threads} threads.`,
    ...(state.fallback === null ? [] : [`Running on ${state.fallback.to} instead of ${state.fallback.from}: ${state.fallback.reason}`]),
    `Memory: ${formatBytes(memory.process.rss)}${vram}.`,
    ...(state.audit.state === "failing" ? [`The audit log cannot be written (${state.audit.problem ?? "unknown"}); ${state.audit.lost} records are lost so far.`] : []),
    ...(state.loaded.length === 0 ? ["No model is loaded."] : state.loaded.map((info) => `Loaded: ${loadedText(info)}`)),
    ...state.loading.map(({ model, precision: variant, share }) => `Loading: ${model} ${variant}, ${Math.floor(100 * share)} %`),
  ];
  print(context, lines.join("\n"));
}

/** What can be seen of a server that does not tell its state. */
async function otherServer(runtime: RuntimeApi, signal: AbortSignal): Promise<string> {
  const facts = await runtime.probe?.(signal);
  const lines = facts === undefined ? [] : serverLines(facts);
  return ["Connected to another server. It does not tell its state.", ...lines].join("\n");
}

/** `%models [MODEL]`: all of them, or what the catalogue says of one. */
export async function models(tools: CommandTools): Promise<void> {
  const [named] = tools.text.words;
  const entry = named === undefined ? undefined : catalogueEntry(named);
  return entry === undefined ? listModels(tools, named) : print(tools.context, modelPage(entry));
}

async function listModels({ context, access, state, withProgress }: CommandTools, named: string | undefined): Promise<void> {
  const { runtime } = await withProgress((onStep) => access.connect(onStep, context.signal));
  const cards = await runtime.models(context.signal);
  state.models = [...new Set([...cards.map(({ id }) => id), ...(runtime.local ? catalogueNames() : [])])];
  const rows = cards.filter(({ id }) => named === undefined || id === named).map(({ id, retort }) => ({
    model: id,
    "can do": retort?.capabilities.join(", ") ?? "",
    context: retort?.context ?? null,
    installed: (retort?.precisions ?? []).filter(({ installed }) => installed).map((variant) => `${variant.precision} (${variant.quant}, ${formatBytes(variant.bytes)}${variant.loaded ? ", loaded" : ""})`).join(", "),
    active: retort?.active_precision ?? "",
  }));
  const { data, metadata } = tableOutput(objectsTable(rows));
  context.display(data, { metadata });
}

/** `%load MODEL [precision]`: from here on also the model of prompts that name none. */
export async function load(tools: CommandTools): Promise<void> {
  const [model = "", precisionName] = tools.text.words;
  const { context, access, state } = tools;
  const info = await tools.withProgress(async (onStep) => {
    const { runtime } = await access.connect(onStep, context.signal);
    return runtime.load(model, precisionName as Precision | undefined, { signal: context.signal, onProgress: (progress) => onStep(progressText(progress)) });
  });
  state.defaults = { ...state.defaults, model };
  print(context, `Loaded: ${loadedText(info)}`);
}

export async function unload({ context, access, text }: CommandTools): Promise<void> {
  const runtime = access.current?.runtime;
  if (runtime === undefined) return print(context, "Not connected: nothing to unload.");
  const [named] = text.words;
  const loaded = (await runtime.status(context.signal)).loaded.map(({ model }) => model);
  const chosen = named === undefined ? [...new Set(loaded)] : [named];
  for (const model of chosen) await runtime.unload(model, undefined, { signal: context.signal });
  print(context, chosen.length === 0 ? "No model is loaded." : `Unloaded: ${chosen.join(", ")}`);
}

/** `%precision int8`: for the cells that follow, here and wherever no precision is named. */
export async function precision(tools: CommandTools): Promise<void> {
  const { context, access, state, text } = tools;
  const [wanted] = text.words;
  if (wanted === undefined) return print(context, `precision: ${state.defaults.precision ?? "the active one of each model"}`);
  const info = await tools.withProgress(async (onStep) => {
    const { runtime } = await access.connect(onStep, context.signal);
    const model = await tools.currentModel();
    return runtime.precision(model, wanted as Precision, { signal: context.signal, onProgress: (progress) => onStep(progressText(progress)) });
  });
  state.defaults = { ...state.defaults, precision: wanted as Precision };
  print(context, `Active: ${loadedText(info)}`);
}

function loadedText({ model, precision: variant, quant, backend, context, memory }: LoadedInfo): string {
  return `${model} ${variant} (${quant}) on ${backend}, context ${context}, ${formatBytes(memory.weights + memory.kv_cache + memory.compute)}`;
}

function print(context: CommandTools["context"], text: string): void {
  context.stream("stdout", `${text}\n`);
}
