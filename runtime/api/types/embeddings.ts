import type { Precision } from "../../models/model.ts";

export interface EmbeddingsRequest {
  model: string;
  input: string | string[];
  encoding_format?: "float" | "base64";
  /** Only so many numbers of each vector, at length 1 again. */
  dimensions?: number;
  /**
   * A model that generates text gives the state of its last token in place of a refusal. It was not made for that: all
   * its vectors lie near each other, so a similarity means something beside other ones of the same model only.
   */
  last_state?: boolean;
  /** With `last_state`: which weights. */
  precision?: Precision;
}

export interface EmbeddingsResponse {
  object: "list";
  model: string;
  data: Array<{ object: "embedding"; index: number; embedding: number[] | string }>;
  usage: { prompt_tokens: number; total_tokens: number };
}
