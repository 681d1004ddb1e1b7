import type { Contribution } from "../contributes/contribution.ts";

export const notebookContribution = {} as const satisfies Contribution;
