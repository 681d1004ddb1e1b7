import type { Contribution } from "../contributes/contribution.ts";

/** The cell language in the editor. */
export const languageContribution = {
  other: {
    languages: [{ id: "retort", aliases: ["Retort"], extensions: [".retort.md"] }],
  },
} as const satisfies Contribution;
