/** What stands around a call in a reply: the markers that Hermes and Qwen models were trained with, and that others are told of. */
export const CALL_OPEN = "<tool_call>";
export const CALL_CLOSE = "</tool_call>";
export const RESULT_OPEN = "<tool_response>";
export const RESULT_CLOSE = "</tool_response>";
