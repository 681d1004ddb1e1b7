/** Error body in OpenAI's shape with a code and a hint. */
export interface ErrorBody {
  error: { message: string; type: string; code: string; param: string | null; hint?: string };
}
