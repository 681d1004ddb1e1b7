/** Where the files of a notebook are. */
export interface RunnerFolders {
  /** The notebook's own: what relative paths begin in. */
  notebook: string;
  /** Retort's state. */
  state: string;
}
