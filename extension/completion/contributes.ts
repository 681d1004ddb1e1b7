import type { Contribution } from "../contributes/contribution.ts";

export const completionContribution = {} as const satisfies Contribution;
