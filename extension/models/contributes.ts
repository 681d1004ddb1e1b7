import type { Contribution } from "../contributes/contribution.ts";

export const modelsContribution = {} as const satisfies Contribution;
