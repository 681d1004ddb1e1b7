/** One thing that may stand at the cursor. */
export interface Completion {
  text: string;
  /** `keyword`, `property`, `value`, `variable`, `function`: names that front ends have icons for. */
  type: string;
  detail?: string;
}
