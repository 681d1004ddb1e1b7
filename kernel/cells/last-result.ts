/** The name of the result of the cell that ran last. */
export const LAST_RESULT = "_";
