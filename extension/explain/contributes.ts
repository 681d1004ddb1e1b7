import type { Contribution } from "../contributes/contribution.ts";

export const explainContribution = {} as const satisfies Contribution;
