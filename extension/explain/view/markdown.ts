import { blockRenderer } from "../../../runtime/inert-markdown.ts";

export type { Block } from "../../../runtime/inert-markdown.ts";

/** The blocks of an explanation as inert HTML. */
export const renderBlocks = blockRenderer();
