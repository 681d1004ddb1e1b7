import type { Contribution } from "../contributes/contribution.ts";
import { RUNS_MIME } from "./runs-data.ts";

/** The view of runs in a notebook. Without it the same output shows as a plain table. */
export const rendererContribution = {
  other: {
    notebookRenderer: [{
      id: "retort.runs",
      displayName: { en: "Retort runs", zh: "Retort 运行结果" },
      entrypoint: "./dist/webview/runs.js",
      mimeTypes: [RUNS_MIME],
      requiresMessaging: "never",
    }],
  },
} as const satisfies Contribution;
