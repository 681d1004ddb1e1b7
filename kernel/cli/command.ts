import { parseArgs, type ParseArgsConfig } from "node:util";
import { RetortError } from "../../runtime/errors.ts";
import type { CommandIo } from "./io.ts";

const EXIT_USAGE = 2;

type OptionsConfig = NonNullable<ParseArgsConfig["options"]>;

/** What a command's words gave. */
export type Parsed<T extends OptionsConfig> = ReturnType<typeof parseArgs<{ options: T; allowPositionals: true; strict: true }>>;

export interface CommandSpec<T extends OptionsConfig> {
  /** Whole text of --help, ending in a newline. */
  help: string;
  options: T;
  /** Least and most words besides the options. */
  words: [least: number, most: number];
}

/**
 * Parses a command's words and runs it: --help prints the help, a wrong word or flag ends with one line and exit code 2.
 * Other errors pass on to the caller.
 */
export async function runCommandLine<T extends OptionsConfig>(spec: CommandSpec<T>, args: string[], io: CommandIo, work: (parsed: Parsed<T>) => Promise<number>): Promise<number> {
  const name = /^Usage: (retort \S+)/.exec(spec.help)?.[1] ?? "retort";
  if (args.includes("--help") || args.includes("-h")) {
    io.stdout.write(spec.help);
    return 0;
  }
  try {
    return await work(parse(spec, args));
  } catch (error) {
    if (!isUsageError(error)) throw error;
    io.stderr.write(`${name}: ${firstSentence((error as Error).message)} See ${name} --help\n`);
    return EXIT_USAGE;
  }
}

/** A wrong value of an option or word, to be thrown by a command. */
export function usageError(message: string): RetortError {
  return new RetortError({ code: "usage", message, status: 400 });
}

function parse<T extends OptionsConfig>({ options, words: [least, most] }: CommandSpec<T>, args: string[]): Parsed<T> {
  const parsed = parseArgs({ args, options, allowPositionals: true, strict: true });
  const { length } = parsed.positionals;
  if (length < least) throw usageError("A word is missing.");
  if (length > most) throw usageError(`${JSON.stringify(parsed.positionals[most])} is one word too many.`);
  return parsed;
}

function isUsageError(error: unknown): boolean {
  if (error instanceof RetortError) return error.code === "usage";
  return String((error as NodeJS.ErrnoException).code ?? "").startsWith("ERR_PARSE_ARGS");
}

/** parseArgs adds advice about `--` that helps nobody here. */
function firstSentence(message: string): string {
  return `${message.split("\n")[0]?.split(". ")[0]?.replace(/\.$/, "")}.`;
}
