/** What the protocol side needs of a language. Knows nothing of prompts. */

export type MimeBundle = Record<string, unknown>;

export interface DisplayOptions {
  metadata?: Record<string, unknown>;
  /** Lets a later `updateDisplay` replace this output. */
  displayId?: string;
}

/** What one executing cell may do. Everything sent here reaches the front end before the cell's reply. */
export interface ExecuteContext {
  /** Aborted by interrupt and by shutdown. */
  readonly signal: AbortSignal;
  readonly executionCount: number;
  readonly silent: boolean;
  stream(name: "stdout" | "stderr", text: string): void;
  display(data: MimeBundle, options?: DisplayOptions): void;
  updateDisplay(displayId: string, data: MimeBundle, metadata?: Record<string, unknown>): void;
  /** The value of the cell (execute_result). At most once. */
  result(data: MimeBundle, metadata?: Record<string, unknown>): void;
  clearOutput(wait: boolean): void;
  /** Asks the user. Rejects with `stdin_not_allowed` where the front end does not offer stdin, `cancelled` on interrupt. */
  input(prompt: string, password?: boolean): Promise<string>;
  /** Shows text in the front end's pager. */
  page(data: MimeBundle): void;
}

export type ExecuteOutcome =
  | { status: "ok" }
  | { status: "error"; ename: string; evalue: string; traceback: string[] };

export interface CompleteReply {
  matches: string[];
  /** Offsets in UTF-16 units of `code`; the protocol side converts to code points. */
  start: number;
  end: number;
  /** Type and detail of each match, for front ends that show them. */
  details?: Array<{ type: string; detail?: string }>;
}

export interface InspectReply {
  found: boolean;
  data: MimeBundle;
}

export type IsCompleteReply = { status: "complete" | "invalid" | "unknown" } | { status: "incomplete"; indent: string };

export interface LanguageInfo {
  name: string;
  version: string;
  mimetype: string;
  file_extension: string;
  pygments_lexer?: string;
  codemirror_mode?: string | Record<string, unknown>;
  nbconvert_exporter?: string;
}

export interface KernelInfo {
  implementation: string;
  implementationVersion: string;
  banner: string;
  language: LanguageInfo;
  helpLinks: Array<{ text: string; url: string }>;
}

/** A language behind a kernel. Offsets are UTF-16. `subshell` is null for the main shell. */
export interface Interpreter {
  info(): KernelInfo;
  execute(code: string, context: ExecuteContext, subshell: string | null): Promise<ExecuteOutcome>;
  /** One user expression, evaluated after a successful cell. */
  evaluate(expression: string, context: ExecuteContext): Promise<MimeBundle>;
  complete(code: string, offset: number): Promise<CompleteReply>;
  inspect(code: string, offset: number, detail: 0 | 1): Promise<InspectReply>;
  isComplete(code: string): Promise<IsCompleteReply>;
  /** Extra figures for usage_request (memory of the model, for example). */
  usage(): Promise<Record<string, unknown>>;
  /** The kernel is about to end (or to be replaced, with `restart`). */
  shutdown(restart: boolean): Promise<void>;
}
