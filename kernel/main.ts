#!/usr/bin/env node
// The `retort` command. Each subcommand is loaded only when it is asked for.
import { packageVersion } from "../runtime/entry.ts";
import { asRetortError } from "../runtime/errors.ts";
import type { CommandFunction, CommandIo } from "./cli/io.ts";

interface CommandEntry {
  help: string;
  load(): Promise<CommandFunction>;
}

const COMMANDS: Record<string, CommandEntry> = {
  install: { help: "Register the Jupyter kernel", load: async () => (await import("./cli/install.ts")).installCommand },
  run: { help: "Run a notebook and show it in the terminal", load: async () => (await import("./cli/run.ts")).runCommand },
  serve: { help: "Serve models over an OpenAI-compatible API", load: async () => (await import("./cli/serve.ts")).serveCommand },
  pull: { help: "Download a model", load: async () => (await import("./cli/pull.ts")).pullCommand },
  models: { help: "List models", load: async () => (await import("./cli/models.ts")).modelsCommand },
  quantize: { help: "Make the INT8 or FP16 file of a model", load: async () => (await import("./cli/quantize.ts")).quantizeCommand },
  export: { help: "Write a notebook as text, or a cell as a prompt file", load: async () => (await import("./cli/export.ts")).exportCommand },
  import: { help: "Make a notebook of a text export or a prompt file", load: async () => (await import("./cli/import.ts")).importCommand },
  audit: { help: "Verify, show, export or prune the audit log", load: async () => (await import("./cli/audit.ts")).auditCommand },
  bench: { help: "Measure a model under load", load: async () => (await import("./cli/bench.ts")).benchCommand },
  probe: { help: "Tell which server answers at an address, and what it can do", load: async () => (await import("./cli/probe.ts")).probeCommand },
  simulate: { help: "Estimate how many replicas a load needs", load: async () => (await import("./cli/simulate.ts")).simulateCommand },
  cache: { help: "Show or clear the answers kept by `cache: on`", load: async () => (await import("./cli/cache.ts")).cacheCommand },
  doctor: { help: "Check that everything Retort needs is there", load: async () => (await import("./cli/doctor.ts")).doctorCommand },
  quickstart: { help: "Pull the small default model and run the example notebook", load: async () => (await import("./cli/quickstart.ts")).quickstartCommand },
};

const EXIT_USAGE = 2;
const EXIT_INTERRUPTED = 130;

async function main(words: string[]): Promise<number> {
  const [name, ...args] = words;
  if (name === undefined || name === "help" || name === "--help" || name === "-h") {
    process.stdout.write(usage());
    return name === undefined ? EXIT_USAGE : 0;
  }
  if (name === "--version" || name === "-V") {
    process.stdout.write(`${packageVersion()}\n`);
    return 0;
  }
  const entry = COMMANDS[name];
  if (entry === undefined) {
    process.stderr.write(`retort: there is no command '${name}'.\n${usage()}`);
    return EXIT_USAGE;
  }
  const command = await entry.load();
  return await withInterrupt((io) => command(args, io));
}

/** The first Ctrl-C asks the command to stop, the second one ends the process. */
async function withInterrupt(work: (io: CommandIo) => Promise<number>): Promise<number> {
  const abort = new AbortController();
  const onSignal = (): void => {
    if (abort.signal.aborted) process.exit(EXIT_INTERRUPTED);
    abort.abort();
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  try {
    return await work({ stdout: process.stdout, stderr: process.stderr, env: process.env, signal: abort.signal });
  } catch (error) {
    const failure = asRetortError(error);
    process.stderr.write(`retort: ${failure.message}\n${failure.hint === undefined ? "" : `${failure.hint}\n`}`);
    if (failure.code === "internal_error" && error instanceof Error) process.stderr.write(`${error.stack ?? ""}\n`);
    return abort.signal.aborted ? EXIT_INTERRUPTED : 1;
  } finally {
    process.off("SIGINT", onSignal);
    process.off("SIGTERM", onSignal);
  }
}

function usage(): string {
  const lines = Object.entries(COMMANDS).map(([name, { help }]) => `  ${name.padEnd(12)}${help}`);
  return `Usage: retort <command> [options]\n\n${lines.join("\n")}\n\nretort <command> --help tells more.\n`;
}

process.exitCode = await main(process.argv.slice(2));
