/** The two sides of the toggle, and `q4` for 4-bit files that are neither. */
export type Precision = "fp16" | "int8" | "q4";

export type Capability = "chat" | "reasoning" | "fim" | "tools" | "embeddings";

/** Name of a set of prompt rules and sampling defaults, see profile.ts. */
export type ProfileName = "deepseek-r1" | "qwen-coder" | "plain-chat" | "embedding";

/** One place where a model's file can be had. */
export interface ModelSource {
  /** `hf:owner/repo/file.gguf`, `pypi:package==version/path/in/wheel.gguf`, `file:/absolute/path.gguf`. */
  uri: string;
  precision: Precision;
  /** llama.cpp's name of the file type: F16, BF16, Q8_0, Q4_1, Q4_K_M … */
  quant: string;
  /** Size of the GGUF file in bytes, where known. */
  bytes?: number;
  /** Lower-case hex SHA-256 of the GGUF file, where known. */
  sha256?: string;
}

/** One model of the catalogue. */
export interface ModelEntry {
  /** Lower-case id used everywhere: `deepseek-r1-1.5b`. */
  id: string;
  name: string;
  description: string;
  licence: string;
  /** Weights in its files: an output matrix of its own counts, too. */
  parameters: number;
  /** Longest context the model was trained for, in tokens. */
  context: number;
  capabilities: Capability[];
  profile: ProfileName;
  aliases: string[];
  sources: ModelSource[];
  /** What decides the memory it needs, as its file states it; for an estimate before the download. */
  shape?: EntryShape;
  /** Id of the model whose files this one uses, with an adapter over them. */
  base?: string;
  adapter?: EntryAdapter;
}

/** A LoRA adapter that belongs to an entry. */
export interface EntryAdapter {
  /** In `runtime/models/adapters`, or absolute. */
  file: string;
  /** 1: as it was trained. */
  scale: number;
}

/** The id under which a model's files are kept: an adapter has its base's. */
export function filesId({ id, base }: Pick<ModelEntry, "id" | "base">): string {
  return base ?? id;
}

/** Sizes of a transformer whose layers are all alike. */
export interface EntryShape {
  layers: number;
  embedding: number;
  feedForward: number;
  heads: number;
  kvHeads: number;
  /** Values per head. */
  headLength: number;
  vocabulary: number;
  /** True where the output uses the embedding's weights: llama.cpp keeps those twice. */
  tied: boolean;
}

/** A model file on this machine. */
export interface StoredFile {
  modelId: string;
  precision: Precision;
  quant: string;
  path: string;
  bytes: number;
  sha256: string;
  /** Where it came from: a source URI, or `made` for a local conversion, or `ollama:`/`lmstudio:`/`jan:`/`hf-cache:` read in place. */
  origin: string;
  /** For a conversion: the type and hash of the file it was made from. FP16 made from 4-bit weights says so. */
  madeFrom?: { quant: string; sha256: string };
}

/** The start of a download that stopped. */
export interface UnfinishedFile {
  path: string;
  quant: string;
  bytes: number;
}

/** Progress of a download or a conversion. `total` is null while unknown. */
export interface Progress {
  step: string;
  done: number;
  total: number | null;
  unit: "bytes" | "tensors";
}

export type OnProgress = (progress: Progress) => void;
