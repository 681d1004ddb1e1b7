import type { Precision } from "../../models/model.ts";

export interface TokenizeRequest {
  model: string;
  content: string;
  precision?: Precision;
  /** Put the begin token first where the model wants one. Default false. */
  add_special?: boolean;
  /** Read control tokens in the text as such. Default false: text stays text. */
  parse_special?: boolean;
}

export interface TokenizeResponse {
  tokens: number[];
}
