import { chatTemplate, vocabulary } from "./facts.ts";
import { badGguf } from "./errors.ts";
import type { GgufHeader } from "./gguf.ts";
import { MAX_CHAT_TEMPLATE_BYTES } from "./limits.ts";
import { modelShape } from "./shape.ts";
import { arrayAt, stringAt } from "./values.ts";

/** Checks that a well-formed file is a language model that the engine can be asked to load. Throws `gguf_…`. */
export function checkModel(file: GgufHeader): void {
  checkKind(file);
  modelShape(file);
  checkTokenizer(file);
  checkVocabularySize(file);
  const template = chatTemplate(file);
  if (template !== undefined && Buffer.byteLength(template) > MAX_CHAT_TEMPLATE_BYTES) {
    throw badGguf("gguf_chat_template", `The chat template is longer than ${MAX_CHAT_TEMPLATE_BYTES} bytes.`);
  }
}

function checkKind(file: GgufHeader): void {
  const kind = stringAt(file, "general.type") ?? "model";
  if (kind !== "model") throw badGguf("gguf_not_a_model", `The file is of the kind ${JSON.stringify(kind.slice(0, 40))}, not a model.`, "Choose the model's own file.");
}

function checkTokenizer(file: GgufHeader): void {
  const tokens = vocabulary(file);
  const model = stringAt(file, "tokenizer.ggml.model");
  if (model === undefined || model === "no_vocab" || tokens.length === 0) {
    throw badGguf("gguf_no_tokenizer", "The file has no tokenizer.", "Get a file that was converted together with its vocabulary.");
  }
  // The engine indexes these by token id without looking at their length.
  const scores = arrayAt(file, "tokenizer.ggml.scores", "float32");
  const types = arrayAt(file, "tokenizer.ggml.token_type", "int32");
  if (scores !== undefined && scores.length !== tokens.length) throw lengthMismatch("scores", scores.length, tokens.length);
  if (types !== undefined && types.length !== tokens.length) throw lengthMismatch("token types", types.length, tokens.length);
}

function checkVocabularySize(file: GgufHeader): void {
  const embedding = file.tensors.find((tensor) => tensor.name === "token_embd.weight");
  if (embedding === undefined) throw badGguf("gguf_no_weights", "The file has no token embedding: it holds a vocabulary at most.");
  const rows = embedding.dims[1] ?? 1;
  const count = vocabulary(file).length;
  if (rows !== count) throw badGguf("gguf_vocabulary", `The tokenizer has ${count} tokens, but the embedding has ${rows} rows.`);
}

function lengthMismatch(what: string, found: number, expected: number): Error {
  return badGguf("gguf_vocabulary", `The tokenizer has ${expected} tokens, but ${found} ${what}.`);
}
