/** Bounds on what a GGUF file may claim. All are far above any published model. */

/** Metadata and tensor table together. The largest vocabularies of today need about 20 MB. */
export const MAX_HEADER_BYTES = 128 * 1024 * 1024;
export const MAX_METADATA_ENTRIES = 4096;
export const MAX_TENSORS = 65_536;
/** The format's own limit. */
export const MAX_KEY_BYTES = 65_535;
export const MAX_STRING_BYTES = 16 * 1024 * 1024;
export const MAX_ARRAY_ITEMS = 4 * 1024 * 1024;
/** The engine itself takes no nested arrays; some tools write them. */
export const MAX_ARRAY_DEPTH = 4;
/** ggml keeps 64 bytes with the end mark. */
export const MAX_TENSOR_NAME_BYTES = 63;
export const MAX_DIMS = 4;
export const MAX_ALIGNMENT = 1024 * 1024;
export const DEFAULT_ALIGNMENT = 32;
/** The engine's own limit. */
export const MAX_LAYERS = 512;
export const MAX_CONTEXT = 2 ** 31 - 1;
/** Widths: hidden size, heads, head size. */
export const MAX_WIDTH = 2 ** 24;
export const MAX_CHAT_TEMPLATE_BYTES = 1024 * 1024;
export const MAX_SPLIT_PARTS = 1000;
