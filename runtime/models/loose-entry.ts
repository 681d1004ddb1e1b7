import { isAbsolute } from "node:path";
import type { GgufFacts } from "./inspect.ts";
import type { Capability, ModelEntry, ProfileName } from "./model.ts";
import { precisionOf, quantInName } from "./quant-name.ts";
import { parseHfUri } from "./sources/uri.ts";

/** Ids of models that other programs hold. */
const FOREIGN_ID = /^(ollama|lmstudio|jan|hf-cache):./;
/** Until the file has been read. What every model has. */
const UNREAD_CONTEXT = 2048;
const EMBEDDING_NAME = /embed|\bbge\b|minilm|\be5\b/i;
const REASONING_NAME = /deepseek.*r1/i;
const CODER_NAME = /coder|codellama|starcoder|codestral|codegemma/i;
const DEEPSEEK_TURN = "<｜Assistant｜>";

/**
 * An entry for a model outside the catalogue: `file:/absolute.gguf`, `hf:owner/repo/file.gguf`, or another program's.
 * It rests on the name until {@link withFacts} has seen the file. Undefined when `id` is none of these.
 */
export function looseEntry(id: string): ModelEntry | undefined {
  const isFile = id.startsWith("file:") && isAbsolute(id.slice("file:".length));
  const isHub = id.startsWith("hf:") && id.endsWith(".gguf");
  if (!isFile && !isHub && !FOREIGN_ID.test(id)) return undefined;
  if (isHub) parseHfUri(id);
  const quant = quantInName(id.split("/").at(-1) ?? id) ?? "unknown";
  return {
    id,
    name: id,
    description: isHub ? "A file on the Hugging Face hub." : "A file on this machine, read in place.",
    licence: "unknown",
    parameters: 0,
    context: UNREAD_CONTEXT,
    ...kind(id, EMBEDDING_NAME.test(id), REASONING_NAME.test(id), false),
    aliases: [],
    sources: isHub ? [{ uri: id, precision: precisionOf(quant), quant }] : [],
  };
}

/** True for the names of models that were trained on code, and perhaps to fill in its middle. */
export function isNamedForCode(name: string): boolean {
  return CODER_NAME.test(name);
}

/** The entry with what its file says about the model. */
export function withFacts(entry: ModelEntry, facts: GgufFacts): ModelEntry {
  const names = `${entry.id} ${facts.name ?? ""}`;
  const reasoning = REASONING_NAME.test(names) || (facts.chatTemplate?.includes(DEEPSEEK_TURN) ?? false);
  // The markers alone do not do: many vocabularies carry them though the model never saw them in training.
  const fim = facts.fim && isNamedForCode(names);
  return { ...entry, name: facts.name ?? entry.name, parameters: facts.parameters, context: facts.context, ...kind(names, facts.embedding, reasoning, fim) };
}

function kind(names: string, embedding: boolean, reasoning: boolean, fim: boolean): { capabilities: Capability[]; profile: ProfileName } {
  if (embedding) return { capabilities: ["embeddings"], profile: "embedding" };
  if (reasoning) return { capabilities: ["chat", "reasoning"], profile: "deepseek-r1" };
  const coder = isNamedForCode(names) && /qwen/i.test(names);
  return { capabilities: fim ? ["chat", "fim"] : ["chat"], profile: coder ? "qwen-coder" : "plain-chat" };
}
