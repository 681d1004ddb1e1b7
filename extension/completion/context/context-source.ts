/** What the cursor stands in, when context is looked for. */
export interface ContextQuery {
  uri: string;
  /** As the model sees it: relative to the workspace. */
  filename: string;
  languageId: string;
  /** 0-based. */
  line: number;
  character: number;
  /** Some lines around the cursor: what the context should resemble. */
  around: string;
  /** The whole text up to the cursor's line, for its imports. */
  before: string;
}

/** A piece of text that may help. */
export interface Snippet {
  /** The same for the same place, whatever its text is now. */
  key: string;
  /** The file that it is part of: not shown while that one is edited. */
  uri: string;
  filename: string;
  text: string;
  /** Of no use any more once it is not found again. */
  transient?: boolean;
}

/** One place where context comes from. */
export interface ContextSource {
  readonly name: string;
  /** How much this source is trusted against the others: multiplies the likeness of its snippets. */
  readonly weight: number;
  /** At most a few dozen snippets. An abort ends it early with what it has. */
  gather(query: ContextQuery, signal: AbortSignal): Promise<Snippet[]>;
}
