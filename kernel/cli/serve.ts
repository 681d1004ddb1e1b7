import { auditFolder } from "../../runtime/audit/audit-files.ts";
import { readConfig } from "../../runtime/config-file.ts";
import { RetortError } from "../../runtime/errors.ts";
import { retortPaths } from "../../runtime/paths.ts";
import { DEFAULT_SETTINGS, parseSettings, type RunningRuntime, type RuntimeSettings, settingsFromEnv, type SettingTexts, startRuntime } from "../../runtime/serve.ts";
import { runCommandLine, usageError } from "./command.ts";
import type { CommandIo } from "./io.ts";
import { ProgressBar } from "./progress-bar.ts";

const HELP = `Usage: retort serve [options]

Serves models over an OpenAI-compatible API until Ctrl-C.

  --host ADDRESS        address to listen on; default 127.0.0.1 (others need --api-key)
  --port N              default 8000; 0 takes any free port
  --api-key KEY         bearer token; default: a random one, which is printed; 'none' accepts any key on loopback
  --model MODEL         load this model at once (an id, an alias, or file:/absolute/path.gguf); may be repeated
  --alias NAME[=MODEL]  another name for a model, without MODEL for the first --model; may be repeated
  --precision P         fp16, int8 or q4; default: fp16 on a GPU that holds it, else int8
  --context N           tokens per request, prompt and answer together; default ${DEFAULT_SETTINGS.contextSize}
  --slots N             requests that a model answers at once; default ${DEFAULT_SETTINGS.slots}
  --gpu BACKEND         auto, cuda, vulkan, metal or cpu
  --gpu-layers N        layers on the GPU; default: as many as fit
  --threads N           CPU threads; default: the physical cores
  --memory AMOUNT       all models together, such as 8GB or 60%; default 80%
  --kv-cache TYPE       f16 or q8_0
  --fallback CHOICE     cpu: go on without a lost GPU; fail: refuse
  --allow-host NAME     accept this name in the Host header; may be repeated
  --allow-origin URL    let web pages of this origin call; may be repeated
  --offline             never download a model
  --audit WHAT          what the audit log keeps of requests: off, hash (default) or full text
  -h, --help            this text
`;

const OPTIONS = {
  host: { type: "string" },
  port: { type: "string" },
  "api-key": { type: "string" },
  model: { type: "string", multiple: true },
  alias: { type: "string", multiple: true },
  precision: { type: "string" },
  context: { type: "string" },
  slots: { type: "string" },
  gpu: { type: "string" },
  "gpu-layers": { type: "string" },
  threads: { type: "string" },
  memory: { type: "string" },
  "kv-cache": { type: "string" },
  fallback: { type: "string" },
  "allow-host": { type: "string", multiple: true },
  "allow-origin": { type: "string", multiple: true },
  offline: { type: "boolean" },
  audit: { type: "string" },
} as const;

/** The flags that are settings of the runtime. */
const SETTINGS = {
  precision: "precision",
  context: "contextSize",
  slots: "slots",
  gpu: "gpu",
  "gpu-layers": "gpuLayers",
  threads: "threads",
  memory: "memoryBudget",
  "kv-cache": "kvCacheType",
  fallback: "fallback",
  audit: "audit",
} as const satisfies Record<string, keyof RuntimeSettings>;

const DEFAULT_PORT = "8000";
const MAX_PORT = 65_535;

/** `retort serve`: a runtime in the foreground, under the user's own host, port and key. */
export async function serveCommand(args: string[], io: CommandIo): Promise<number> {
  return runCommandLine({ help: HELP, options: OPTIONS, words: [0, 0] }, args, io, async ({ values }) => {
    const models = values.model ?? [];
    const paths = retortPaths(io.env);
    const runtime = await startRuntime({
      host: values.host ?? "127.0.0.1",
      port: portOf(values.port ?? DEFAULT_PORT),
      ...(values["api-key"] === undefined ? {} : { apiKey: values["api-key"] }),
      models,
      aliases: Object.fromEntries((values.alias ?? []).map((text) => aliasOf(text, models[0]))),
      allowedHosts: (values["allow-host"] ?? []).map((name) => name.toLowerCase()),
      allowedOrigins: values["allow-origin"] ?? [],
      settings: { ...auditSettings(io.env, await readConfig(paths)), ...settingsOf(values), idleExitMs: null, offline: values.offline ?? false },
      auditFolder: auditFolder(paths),
      env: io.env,
      log: (line) => io.stderr.write(`${line}\n`),
    });
    try {
      io.stdout.write(describe(runtime));
      await preload(runtime, models, io);
      await untilEnd(runtime, io.signal);
    } finally {
      await runtime.dispose();
    }
    return 0;
  });
}

async function preload(runtime: RunningRuntime, models: readonly string[], io: CommandIo): Promise<void> {
  if (models.length === 0) return;
  const bar = new ProgressBar(io.stderr, models.join(", "));
  try {
    await runtime.preload(bar.update, io.signal);
  } finally {
    bar.clear();
  }
  io.stdout.write(`Ready: ${models.join(", ")}\n`);
}

function untilEnd(runtime: RunningRuntime, signal: AbortSignal): Promise<void> {
  const interrupted = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
  return Promise.race([runtime.ended, interrupted]);
}

/** Where it is and how to use it. */
function describe({ url, token }: RunningRuntime): string {
  const key = token ?? "none";
  return `Retort serves at ${url}/v1\n\n`
    + `  from openai import OpenAI\n`
    + `  client = OpenAI(base_url="${url}/v1", api_key="${key}")\n\n`
    + `  curl ${url}/v1/models${token === null ? "" : ` -H "Authorization: Bearer ${key}"`}\n\n`
    + `Ctrl-C ends it.\n`;
}

function portOf(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= MAX_PORT)) throw usageError(`--port is ${JSON.stringify(text)}, not a number from 0 to ${MAX_PORT}.`);
  return port;
}

function aliasOf(text: string, first: string | undefined): [name: string, model: string] {
  const [, name, model = first] = /^([^=\s]+)(?:=(\S+))?$/.exec(text) ?? [];
  if (name === undefined) throw usageError(`--alias is ${JSON.stringify(text)}, not NAME=MODEL.`);
  if (model === undefined) throw usageError(`--alias ${name} names no model, and there is no --model.`);
  return [name, model];
}

/** What is logged is the same for every runtime of a user, unless a flag says otherwise. */
function auditSettings(env: NodeJS.ProcessEnv, config: Record<string, string>): Partial<RuntimeSettings> {
  const { audit, auditRedact, auditFileBytes } = settingsFromEnv(env, config);
  return { audit, auditRedact, auditFileBytes };
}

function settingsOf(values: { [F in keyof typeof SETTINGS]?: string | undefined }): Partial<RuntimeSettings> {
  const texts: SettingTexts = {};
  for (const flag of Object.keys(SETTINGS) as Array<keyof typeof SETTINGS>) {
    const text = values[flag];
    if (text !== undefined) texts[SETTINGS[flag]] = { text, name: `--${flag}` };
  }
  try {
    return parseSettings(texts);
  } catch (error) {
    throw error instanceof RetortError ? usageError(error.message) : error;
  }
}
