import type { Readable, Writable } from "node:stream";

/** What a command may touch of the terminal: passed in, so that tests read what was printed. */
export interface CommandIo {
  stdout: Writable;
  stderr: Writable;
  /** For questions. Default: the terminal's. */
  stdin?: Readable;
  env: NodeJS.ProcessEnv;
  /** Aborted by Ctrl-C. */
  signal: AbortSignal;
}

/** Runs one command with the words after its name. Resolves to the exit code. */
export type CommandFunction = (args: string[], io: CommandIo) => Promise<number>;
