import { type Llama, type LlamaGrammar, LlamaGrammarEvaluationState, type LlamaModel } from "node-llama-cpp";

import { asRetortError } from "../errors.ts";
import { callGrammar } from "./call-grammar.ts";
import { badGrammar } from "./engine-errors.ts";
import type { Grammar } from "./engine.ts";
import { decoderSchema } from "./json-schema.ts";
import { StopMatcher } from "./stop-matcher.ts";

/** The library lets the model end a JSON value only after four newlines; without them it ends at once. */
const LIBRARY_ENDING = ' "\\n\\n\\n\\n" [\\n]*';

const MAX_GRAMMAR_LENGTH = 256 * 1024;

/** Compiles a constraint. Throws `bad_schema`. */
export async function compileGrammar(llama: Llama, grammar: Grammar): Promise<LlamaGrammar> {
  const text = await grammarText(llama, grammar);
  if (text.length > MAX_GRAMMAR_LENGTH) throw badGrammar(`the grammar has ${text.length} characters, at most ${MAX_GRAMMAR_LENGTH} are allowed`);
  try {
    return await llama.createGrammar({ grammar: text });
  } catch (error) {
    throw badGrammar(`the grammar has an error or no rule named 'root' (${asRetortError(error).message})`);
  }
}

async function grammarText(llama: Llama, grammar: Grammar): Promise<string> {
  if (grammar.kind === "gbnf") return grammar.text;
  if (grammar.kind === "json_object") return schemaText(llama, { type: "object" });
  const text = await schemaText(llama, grammar.schema);
  return grammar.calls === undefined ? text : callGrammar(text, grammar.calls);
}

async function schemaText(llama: Llama, schema: Record<string, unknown>): Promise<string> {
  const accepted = decoderSchema(schema) as Parameters<Llama["createGrammarForJsonSchema"]>[0];
  try {
    return (await llama.createGrammarForJsonSchema(accepted)).grammar.replace(LIBRARY_ENDING, "");
  } catch (error) {
    throw badGrammar(`no grammar can be made of the schema; perhaps a definition is nothing but itself (${asRetortError(error).message})`);
  }
}

/** Applies a grammar from the start, or from the moment a text has been generated. */
export class GrammarGate {
  readonly #state: LlamaGrammarEvaluationState;
  readonly #after: StopMatcher | null;
  #open: boolean;

  constructor(model: LlamaModel, grammar: LlamaGrammar, after: string | undefined) {
    this.#state = new LlamaGrammarEvaluationState({ model, grammar });
    this.#after = after === undefined || after === "" ? null : new StopMatcher([after]);
    this.#open = this.#after === null;
  }

  /** Sees every piece of text that is generated. */
  push(text: string): void {
    if (!this.#open && this.#after !== null) this.#open = this.#after.push(text).stop !== null;
  }

  /** What constrains the next token. */
  readonly current = (): LlamaGrammarEvaluationState | undefined => (this.#open ? this.#state : undefined);
}
