import { type Runtime, Session } from "node:inspector";
import { join } from "node:path";
import vm from "node:vm";
import { CELL_FRAME } from "./js-error.ts";
import { IMPORT_FUNCTION, rewriteImports } from "./rewrite-imports.ts";
import { stripTypes } from "./strip-types.ts";

export type Evaluation = { ok: true; value: unknown } | { ok: false; error: unknown };

/**
 * Evaluates code the way a browser's console does (V8's REPL mode): top-level await, the value of the last
 * expression, names that stay for the next cell and may be declared again.
 */
export class Evaluator {
  readonly #session = new Session();
  readonly #deliveries = new Map<string, unknown>();
  #count = 0;

  /** `folder` is where `import()` starts to resolve. */
  constructor(folder: string) {
    this.#session.connect();
    const hidden = { enumerable: false, configurable: true };
    Object.defineProperty(globalThis, IMPORT_FUNCTION, { ...hidden, value: importFrom(folder) });
    Object.defineProperty(globalThis, DELIVER_FUNCTION, { ...hidden, value: (key: string, value: unknown) => void this.#deliveries.set(key, value) });
  }

  /** JavaScript, or TypeScript without what is more than types. A promise as last value is awaited. Stack traces name the code `fileName`. */
  async evaluate(code: string, fileName: string): Promise<Evaluation> {
    const evaluation = await this.#evaluate(code, fileName);
    if (evaluation.ok || !isCompileError(evaluation.error)) return evaluation;
    try {
      const javascript = await stripTypes(code);
      return javascript === null ? evaluation : await this.#evaluate(javascript, fileName);
    } catch (error) {
      return { ok: false, error };
    }
  }

  async #evaluate(code: string, fileName: string): Promise<Evaluation> {
    const { result, exceptionDetails } = await this.#post(`${rewriteImports(code)}\n//# sourceURL=${fileName}`);
    if (exceptionDetails !== undefined) return { ok: false, error: await this.#take(exceptionDetails.exception ?? UNDEFINED) };
    try {
      return { ok: true, value: await this.#take(result) };
    } catch (error) {
      return { ok: false, error };
    }
  }

  #post(expression: string): Promise<Runtime.EvaluateReturnType> {
    // The type declarations do not know `replMode`.
    const parameters: object = { expression, replMode: true, awaitPromise: true };
    return new Promise((resolve, reject) => {
      this.#session.post("Runtime.evaluate", parameters, (error, reply) => (error === null ? resolve(reply as Runtime.EvaluateReturnType) : reject(error)));
    });
  }

  /** The value itself behind the inspector's handle. */
  async #take(handle: Runtime.RemoteObject): Promise<unknown> {
    const key = String(this.#count++);
    const { result: scope } = await this.#post("globalThis");
    const call: Runtime.CallFunctionOnParameterType = {
      functionDeclaration: `function (key, value) { ${DELIVER_FUNCTION}(key, value); }`,
      objectId: scope.objectId as string,
      arguments: [{ value: key }, argumentOf(handle)],
    };
    await new Promise<void>((resolve, reject) => {
      this.#session.post("Runtime.callFunctionOn", call, (error) => (error === null ? resolve() : reject(error)));
    });
    const value = this.#deliveries.get(key);
    this.#deliveries.delete(key);
    return value;
  }
}

const DELIVER_FUNCTION = "__deliver";
const UNDEFINED: Runtime.RemoteObject = { type: "undefined" };

/** The code has not run: a syntax error that was thrown by running code has a frame of the cell. */
function isCompileError(error: unknown): boolean {
  return error instanceof SyntaxError && !(error.stack ?? "").split("\n").some((line) => CELL_FRAME.test(line));
}

function argumentOf(handle: Runtime.RemoteObject): Runtime.CallArgument {
  if (handle.objectId !== undefined) return { objectId: handle.objectId };
  if (handle.unserializableValue !== undefined) return { unserializableValue: handle.unserializableValue };
  return handle.type === "undefined" ? {} : { value: handle.value };
}

/** `import()` as a file in `folder` would do it. */
function importFrom(folder: string): (specifier: string) => Promise<unknown> {
  const script = new vm.Script("(specifier) => import(specifier)", {
    filename: join(folder, "cell.js"),
    importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  return script.runInThisContext() as (specifier: string) => Promise<unknown>;
}
