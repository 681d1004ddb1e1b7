import type { GgufHeader } from "../gguf/gguf.ts";
import type { FimTokens } from "../gguf/facts.ts";

/** A LoRA adapter under the name that requests use. */
export interface NamedAdapter {
  name: string;
  /** Absolute. */
  path: string;
}

/** An adapter's file, opened and checked as far as it can be without the model. */
export interface OpenedAdapter extends NamedAdapter {
  sha256: string;
  bytes: number;
  mtimeMs: number;
  header: GgufHeader;
  /** Markers that the adapter was trained to fill in the middle with; null where it was not. */
  fim: FimTokens | null;
}

/** An adapter as a request wants it. */
export interface AdapterUse {
  adapter: OpenedAdapter;
  /** 1: as it was trained. */
  scale: number;
}
