import { type Llama, type LlamaGrammar, LlamaGrammarEvaluationState, type LlamaModel } from "node-llama-cpp";

import { asRetortError } from "../errors.ts";
import { badGrammar } from "./engine-errors.ts";
import type { Grammar } from "./engine.ts";
import { decoderSchema } from "./json-schema.ts";
import { StopMatcher } from "./stop-matcher.ts";

/** The library lets the model end a JSON value only after four newlines; without them it ends at once. */
const LIBRARY_ENDING = ' "\\n\\n\\n\\n" [\\n]*';

const MAX_GRAMMAR_LENGTH = 256 * 1024;

/** Compiles a constraint. Throws `bad_schema`. */
export async function compileGrammar(llama: Llama, grammar: Grammar): Promise<LlamaGrammar> {
  const text = grammar.kind === "gbnf" ? grammar.text : await schemaText(llama, grammar.kind === "json_object" ? { type: "object" } : grammar.schema);
  if (text.length > MAX_GRAMMAR_LENGTH) throw badGrammar(`the grammar has ${text.length} characters, at most ${MAX_GRAMMAR_LENGTH} are allowed`);
  try {
    return await llama.createGrammar({ grammar: text });
  } catch (error) {
    throw badGrammar(`the grammar has an error or no rule named 'root' (${asRetortError(error).message})`);
  }
}

async function schemaText(llama: Llama, schema: Record<string, unknown>): Promise<string> {
  const { grammar } = await llama.createGrammarForJsonSchema(decoderSchema(schema) as Parameters<Llama["createGrammarForJsonSchema"]>[0]);
  return grammar.replace(LIBRARY_ENDING, "");
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
