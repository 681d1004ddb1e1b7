import { existsSync } from "node:fs";

import { auditFolder } from "../../runtime/audit/audit-files.ts";
import { readConfig } from "../../runtime/config-file.ts";
import { chatPageFolder, packageVersion } from "../../runtime/entry.ts";
import { RetortError } from "../../runtime/errors.ts";
import type { NamedAdapter } from "../../runtime/models/adapters/adapter.ts";
import { namedAdapters } from "../../runtime/models/adapters/named-adapters.ts";
import { retortPaths } from "../../runtime/paths.ts";
import { type RunningRuntime, startRuntime } from "../../runtime/serve.ts";
import { runCommandLine, usageError } from "./command.ts";
import type { CommandIo } from "./io.ts";
import { ProgressBar } from "./progress-bar.ts";
import { ServeLog } from "./serve-log.ts";
import { serveHelp } from "./serve-parameters.ts";
import { SERVE_OPTIONS, ServeValues } from "./serve-values.ts";

const MAX_PORT = 65_535;
const DEFAULT_PORT = 8000;
const DEFAULT_DRAIN_S = 5;
const MAX_DRAIN_S = 3600;

/** `retort serve`: a runtime in the foreground, under the user's own host, port and key. */
export async function serveCommand(args: string[], io: CommandIo): Promise<number> {
  return runCommandLine({ help: serveHelp(), options: SERVE_OPTIONS, words: [0, 0] }, args, io, async ({ values: flags }) => {
    const values = new ServeValues(flags, io.env);
    const { texts: models } = values.all("model");
    const apiKey = values.one("api-key").text;
    const format = values.choice("log-format", ["text", "json", "off"]);
    const log = new ServeLog(io.stdout, format);
    const aliases = values.all("alias");
    const paths = retortPaths(io.env);
    const runtime = await startRuntime({
      host: values.one("host").text ?? "127.0.0.1",
      port: values.integer("port", DEFAULT_PORT, MAX_PORT),
      ...(apiKey === undefined ? {} : { apiKey }),
      models,
      aliases: Object.fromEntries(aliases.texts.map((text) => aliasOf(aliases.name, text, models[0]))),
      adapters: adaptersOf(values),
      allowedHosts: values.all("allow-host").texts.map((name) => name.toLowerCase()),
      allowedOrigins: values.all("allow-origin").texts,
      drainMs: values.integer("drain", DEFAULT_DRAIN_S, MAX_DRAIN_S) * 1000,
      settings: { ...values.settings(await readConfig(paths)), idleExitMs: null },
      auditFolder: auditFolder(paths),
      env: io.env,
      log: (line) => (format === "json" ? log.problem(line) : io.stderr.write(`${line}\n`)),
      requestLog: log.request,
    });
    try {
      log.event("listening", { url: runtime.url, version: packageVersion(), pid: process.pid }, describe(runtime));
      // A log is no place for a key, and without it nobody could call.
      if (format === "json" && apiKey === undefined) io.stderr.write(`The key is ${runtime.token ?? "none"}\n`);
      await preload(runtime, models, io, log);
      await untilEnd(runtime, io.signal);
      log.event("ending", {}, "");
    } finally {
      await runtime.dispose();
    }
    return 0;
  });
}

function adaptersOf(values: ServeValues): NamedAdapter[] {
  const { texts, name } = values.all("lora");
  try {
    return namedAdapters(texts, name);
  } catch (error) {
    throw error instanceof RetortError ? usageError(error.message) : error;
  }
}

async function preload(runtime: RunningRuntime, models: readonly string[], io: CommandIo, log: ServeLog): Promise<void> {
  if (models.length === 0) return;
  const bar = new ProgressBar(io.stderr, models.join(", "));
  try {
    await runtime.preload(bar.update, io.signal);
  } finally {
    bar.clear();
  }
  log.event("ready", { models }, `Ready: ${models.join(", ")}\n`);
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
  return `Retort serves at ${url}/v1\n`
    + (existsSync(chatPageFolder()) ? `Chat page: ${pageLink(url, token)}\n\n` : "\n")
    + `  from openai import OpenAI\n`
    + `  client = OpenAI(base_url="${url}/v1", api_key="${key}")\n\n`
    + `  curl ${url}/v1/models${token === null ? "" : ` -H "Authorization: Bearer ${key}"`}\n\n`
    + `Ctrl-C ends it.\n`;
}

/** What stands behind the hash is not sent to any server; the page takes the key from it and removes it. */
function pageLink(url: string, token: string | null): string {
  return token === null ? `${url}/` : `${url}/#key=${encodeURIComponent(token)}`;
}

function aliasOf(flag: string, text: string, first: string | undefined): [name: string, model: string] {
  const [, name, model = first] = /^([^=\s]+)(?:=(\S+))?$/.exec(text) ?? [];
  if (name === undefined) throw usageError(`${flag} is ${JSON.stringify(text)}, not NAME=MODEL.`);
  if (model === undefined) throw usageError(`${flag} ${name} names no model, and there is no --model.`);
  return [name, model];
}
