/** A text that may be read: neither ignored nor secret. */
export interface TextFile {
  uri: string;
  /** Relative to the workspace, as the model sees it. */
  filename: string;
  languageId: string;
  text: string;
}

/** Lines of a file, 0-based, the last one included. */
export interface Place {
  uri: string;
  startLine: number;
  endLine: number;
}

export interface Problem {
  line: number;
  message: string;
}

/** What the sources need to know from the editor. Everything that must not be read is left out here. */
export interface EditorPort {
  /** Open files and those visited before, the last one first. */
  files(): TextFile[];
  /** Null: there is no such file, it is too large, or it must not be read. */
  read(uri: string): Promise<TextFile | null>;
  /** Where what stands at a position is defined, with the whole of the definition where the language service knows it. */
  definitions(uri: string, line: number, character: number): Promise<Place[]>;
  /** Errors and warnings of a file. */
  problems(uri: string): Problem[];
  /** The cells of the notebook that this cell belongs to, in order; empty for any other file. */
  cells(uri: string): TextFile[];
}
