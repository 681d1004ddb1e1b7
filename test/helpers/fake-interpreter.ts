import { setTimeout as sleep } from "node:timers/promises";
import { RetortError } from "../../runtime/errors.ts";
import type { CompleteReply, ExecuteContext, ExecuteOutcome, InspectReply, Interpreter, IsCompleteReply, KernelInfo, MimeBundle } from "../../kernel/jupyter/interpreter.ts";

type Command = (argument: string, context: ExecuteContext) => ExecuteOutcome | void | Promise<ExecuteOutcome | void>;

const WORDS = ["print", "progress", "sleep"];

/**
 * A tiny language for protocol tests: one command for each line, `name argument`. See {@link FakeInterpreter.commands}.
 */
export class FakeInterpreter implements Interpreter {
  /** Codes executed, in order of their start. */
  readonly executed: string[] = [];
  shutdowns: boolean[] = [];

  readonly commands: Record<string, Command> = {
    print: (text, context) => context.stream("stdout", `${text}\n`),
    warn: (text, context) => context.stream("stderr", `${text}\n`),
    value: (text, context) => context.result({ "text/plain": text }),
    show: (mime, context) => context.display({ [mime]: mime === "application/json" ? { a: 1 } : "<b>shown</b>", "text/plain": "shown" }),
    progress: async (steps, context) => {
      context.display({ "text/plain": "0" }, { displayId: "bar" });
      for (let i = 1; i <= Number(steps); i += 1) context.updateDisplay("bar", { "text/plain": String(i) });
    },
    /** Changes what `progress` of any cell has shown. */
    update: (text, context) => context.updateDisplay("bar", { "text/plain": text }),
    tokens: async (count, context) => {
      for (let i = 0; i < Number(count); i += 1) {
        context.stream("stdout", `${i} `);
        if (i % 100 === 99) await sleep(0);
      }
    },
    flood: (count, context) => {
      for (let i = 0; i < Number(count); i += 1) context.stream(i % 1000 === 0 ? "stderr" : "stdout", `${i}\n`);
    },
    displays: (count, context) => {
      for (let i = 0; i < Number(count); i += 1) context.display({ "text/plain": `display ${i}` });
    },
    late: (text, context) => {
      setTimeout(() => context.stream("stdout", text), 60);
    },
    ask: async (prompt, context) => context.stream("stdout", `got ${await context.input(prompt)}\n`),
    password: async (prompt, context) => context.stream("stdout", `got ${(await context.input(prompt, true)).length} characters\n`),
    page: (text, context) => context.page({ "text/plain": text }),
    clear: (_, context) => context.clearOutput(false),
    sleep: (ms, context) => sleep(Number(ms), undefined, { signal: context.signal }),
    spin: (ms) => {
      const end = performance.now() + Number(ms);
      while (performance.now() < end);
    },
    circular: (_, context) => {
      const data: Record<string, unknown> = {};
      data["application/json"] = data;
      context.display(data);
    },
    raise: (message) => ({ status: "error", ename: "FakeError", evalue: message, traceback: [`FakeError: ${message}`] }),
    fail: (message) => {
      throw new RetortError({ code: "fake_failure", message, hint: "Do not say fail." });
    },
  };

  info(): KernelInfo {
    return {
      implementation: "fake",
      implementationVersion: "1.0",
      banner: "A fake kernel",
      language: { name: "fake", version: "1.0", mimetype: "text/x-fake", file_extension: ".fake" },
      helpLinks: [],
    };
  }

  async execute(code: string, context: ExecuteContext): Promise<ExecuteOutcome> {
    this.executed.push(code);
    for (const line of code.split("\n").filter((text) => text.trim() !== "")) {
      const [name = "", ...words] = line.split(" ");
      const command = Object.hasOwn(this.commands, name) ? this.commands[name] : undefined;
      if (command === undefined) return { status: "error", ename: "NameError", evalue: name, traceback: [`NameError: ${name}`] };
      const outcome = await command(words.join(" "), context);
      if (outcome) return outcome;
    }
    return { status: "ok" };
  }

  async evaluate(expression: string): Promise<MimeBundle> {
    if (expression === "bad") throw new RetortError({ code: "bad_expression", message: "This expression is bad." });
    return { "text/plain": expression.toUpperCase() };
  }

  async complete(code: string, offset: number): Promise<CompleteReply> {
    const start = code.slice(0, offset).search(/\w*$/);
    const typed = code.slice(start, offset);
    const matches = WORDS.filter((word) => word.startsWith(typed));
    return { matches, start, end: offset, details: matches.map(() => ({ type: "keyword" })) };
  }

  async inspect(code: string, offset: number): Promise<InspectReply> {
    const word = /\w*$/.exec(code.slice(0, offset))?.[0] ?? "";
    const found = WORDS.includes(word);
    return { found, data: found ? { "text/plain": `The command ${word}` } : {} };
  }

  async isComplete(code: string): Promise<IsCompleteReply> {
    if (code.endsWith("\\")) return { status: "incomplete", indent: "  " };
    return { status: code.startsWith("!") ? "invalid" : "complete" };
  }

  async usage(): Promise<Record<string, unknown>> {
    return { model_memory: 42 };
  }

  async shutdown(restart: boolean): Promise<void> {
    this.shutdowns.push(restart);
  }
}
