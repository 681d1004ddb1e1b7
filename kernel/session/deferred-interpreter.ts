import type {
  CompleteReply, ExecuteContext, ExecuteOutcome, InspectReply, Interpreter, IsCompleteReply, KernelInfo, MimeBundle,
} from "../jupyter/interpreter.ts";

/**
 * Says at once what kind of kernel this is, and gets the interpreter itself with the first request that needs it:
 * loading the language takes longer than starting the sockets, and a front end waits for kernel_info only.
 */
export class DeferredInterpreter implements Interpreter {
  readonly #info: () => KernelInfo;
  readonly #load: () => Promise<Interpreter>;
  #loading: Promise<Interpreter> | null = null;

  constructor(info: () => KernelInfo, load: () => Promise<Interpreter>) {
    this.#info = info;
    this.#load = load;
  }

  info(): KernelInfo {
    return this.#info();
  }

  /** Loads now; a failure is told to the first request. */
  warm(): void {
    this.#interpreter().catch(() => undefined);
  }

  async execute(code: string, context: ExecuteContext, subshell: string | null): Promise<ExecuteOutcome> {
    return (await this.#interpreter()).execute(code, context, subshell);
  }

  async evaluate(expression: string, context: ExecuteContext): Promise<MimeBundle> {
    return (await this.#interpreter()).evaluate(expression, context);
  }

  async complete(code: string, offset: number): Promise<CompleteReply> {
    return (await this.#interpreter()).complete(code, offset);
  }

  async inspect(code: string, offset: number, detail: 0 | 1): Promise<InspectReply> {
    return (await this.#interpreter()).inspect(code, offset, detail);
  }

  async isComplete(code: string): Promise<IsCompleteReply> {
    return (await this.#interpreter()).isComplete(code);
  }

  async usage(): Promise<Record<string, unknown>> {
    return this.#loading === null ? {} : (await this.#loading).usage();
  }

  async shutdown(restart: boolean): Promise<void> {
    if (this.#loading !== null) await (await this.#loading).shutdown(restart);
  }

  #interpreter(): Promise<Interpreter> {
    this.#loading ??= this.#load();
    return this.#loading;
  }
}
