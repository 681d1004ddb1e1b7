import { DEFAULT_SETTINGS, ENVIRONMENT, type RuntimeSettings } from "../../runtime/serve.ts";

/** One thing that a user may choose about `retort serve`: a flag, and a variable of the same meaning. */
export interface ServeParameter {
  flag: string;
  variable: string;
  /** What stands after the flag; null for a switch, whose variable is 0 or 1. */
  value: string | null;
  /** May be given several times; its variable holds them with commas between. */
  repeats?: true;
  /** The runtime's setting that it is, where it is one. */
  setting?: keyof RuntimeSettings;
  /** Default, in words. */
  otherwise: string;
  /** What it does. */
  text: string;
}

const MEBIBYTE = 1024 * 1024;

const of = (setting: keyof RuntimeSettings): Pick<ServeParameter, "setting" | "variable"> => ({ setting, variable: ENVIRONMENT[setting] });

/** All parameters, from which the flags, the help and the table in docs/serving.md are made. */
export const SERVE_PARAMETERS: readonly ServeParameter[] = [
  { flag: "host", variable: "RETORT_HOST", value: "ADDRESS", otherwise: "127.0.0.1", text: "address to listen on; one that others can reach needs a key" },
  { flag: "port", variable: "RETORT_PORT", value: "N", otherwise: "8000", text: "port to listen on; 0 takes any free one" },
  { flag: "api-key", variable: "RETORT_API_KEY", value: "KEY", otherwise: "a random one, which is printed", text: "bearer token; 'none' accepts any key on loopback" },
  { flag: "model", variable: "RETORT_MODEL", value: "MODEL", repeats: true, otherwise: "none: each on first use", text: "load this model at once (an id, an alias, or file:/absolute/path.gguf)" },
  { flag: "alias", variable: "RETORT_ALIAS", value: "NAME[=MODEL]", repeats: true, otherwise: "none", text: "another name for a model, without MODEL for the first --model" },
  { flag: "lora", variable: "RETORT_LORA", value: "NAME=FILE", repeats: true, otherwise: "none", text: "a LoRA adapter in GGUF form for the first --model; requests name it as model or in `lora`" },
  { flag: "precision", ...of("precision"), value: "P", otherwise: "fp16 on a GPU that holds it, else int8", text: "fp16, int8 or q4" },
  { flag: "context", ...of("contextSize"), value: "N", otherwise: String(DEFAULT_SETTINGS.contextSize), text: "tokens per request, prompt and answer together" },
  { flag: "slots", ...of("slots"), value: "N", otherwise: String(DEFAULT_SETTINGS.slots), text: "requests that a model answers at once" },
  { flag: "queue", ...of("queueCapacity"), value: "N", otherwise: String(DEFAULT_SETTINGS.queueCapacity), text: "requests that may wait for a model; one more gets 429" },
  { flag: "keep-alive", ...of("keepAliveMs"), value: "SECONDS", otherwise: "never", text: "put a model out of memory that was not used for so long; 'never' until its place is needed" },
  { flag: "gpu", ...of("gpu"), value: "BACKEND", otherwise: "auto", text: "auto, cuda, vulkan, metal or cpu" },
  { flag: "gpu-layers", ...of("gpuLayers"), value: "N", otherwise: "auto: as many as fit", text: "layers on the GPU" },
  { flag: "threads", ...of("threads"), value: "N", otherwise: "the physical cores", text: "CPU threads" },
  { flag: "memory", ...of("memoryBudget"), value: "AMOUNT", otherwise: "80%", text: "all models together, such as 8GB or 60%" },
  { flag: "kv-cache", ...of("kvCacheType"), value: "TYPE", otherwise: "f16", text: "f16 or q8_0" },
  { flag: "fallback", ...of("fallback"), value: "CHOICE", otherwise: "cpu", text: "cpu: go on without a lost GPU; fail: refuse" },
  { flag: "watchdog", ...of("watchdogMs"), value: "SECONDS", otherwise: String(DEFAULT_SETTINGS.watchdogMs / 1000), text: "an engine without a token for so long counts as dead" },
  { flag: "allow-host", variable: "RETORT_ALLOW_HOST", value: "NAME", repeats: true, otherwise: "the address itself", text: "accept this name in the Host header" },
  { flag: "allow-origin", variable: "RETORT_ALLOW_ORIGIN", value: "URL", repeats: true, otherwise: "none", text: "let web pages of this origin call" },
  { flag: "offline", ...of("offline"), value: null, otherwise: "0", text: "never download a model" },
  { flag: "audit", ...of("audit"), value: "WHAT", otherwise: "hash", text: "what the audit log keeps of requests: off, hash or full text" },
  { flag: "audit-redact", ...of("auditRedact"), value: "WHAT", otherwise: "secrets", text: "what it blacks out in full text: secrets, or emails as well" },
  { flag: "audit-file-mb", ...of("auditFileBytes"), value: "N", otherwise: String(DEFAULT_SETTINGS.auditFileBytes / MEBIBYTE), text: "begin a new file of it after so many MiB" },
  { flag: "audit-keep-days", ...of("auditKeepDays"), value: "N", otherwise: String(DEFAULT_SETTINGS.auditKeepDays), text: "remove older records of it; 'all' keeps them" },
  { flag: "audit-keep-mb", ...of("auditKeepBytes"), value: "N", otherwise: String((DEFAULT_SETTINGS.auditKeepBytes ?? 0) / MEBIBYTE), text: "remove its oldest files beyond so many MiB; 'all' keeps them" },
  { flag: "save-prefixes", ...of("savedPrefixBytes"), value: "MB", otherwise: "off", text: "keep evaluated prompts on disk when the server ends, up to so many MiB, for the next start; they hold what was asked" },
  { flag: "drain", variable: "RETORT_DRAIN_S", value: "SECONDS", otherwise: "5", text: "time for running requests when the server ends" },
  { flag: "log-format", variable: "RETORT_LOG_FORMAT", value: "FORMAT", otherwise: "text", text: "lines about requests on stdout: text, json or off" },
];

const HELP_COLUMN = 26;

/** What `retort serve --help` prints. */
export function serveHelp(): string {
  const lines = SERVE_PARAMETERS.map(({ flag, value, text, otherwise, repeats }) => {
    const notes = [text, ...(repeats === true ? ["may be repeated"] : []), ...(value === null || otherwise === "none" ? [] : [`default: ${otherwise}`])];
    return helpLine(`--${flag}${value === null ? "" : ` ${value}`}`, notes.join("; "));
  });
  return `Usage: retort serve [options]\n\nServes models over an OpenAI-compatible API until Ctrl-C. Each option is an environment\nvariable too, such as RETORT_PORT for --port; a flag wins over it.\n\n${lines.join("")}${helpLine("-h, --help", "this text")}`;
}

/** The table of docs/serving.md. */
export function parameterTable(): string {
  const rows = SERVE_PARAMETERS.map(({ flag, variable, value, repeats, otherwise, text }) => {
    return `| \`--${flag}${value === null ? "" : ` ${value}`}\` | \`${variable}\` | ${otherwise} | ${text}${repeats === true ? "; may be repeated, with commas in the variable" : ""} |`;
  });
  return ["| flag | variable | default | what it does |", "| --- | --- | --- | --- |", ...rows].join("\n");
}

function helpLine(name: string, text: string): string {
  return `  ${name.padEnd(HELP_COLUMN - 2)}${name.length > HELP_COLUMN - 3 ? "  " : ""}${text}\n`;
}
