/** A way to run a prompt cell once more: what changes in its front matter. Pure data. */
export interface RunVariant {
  id: string;
  /** English; translated where it is shown. */
  title: string;
  /** YAML by key; null takes the key out. */
  settings: Readonly<Record<string, string | null>>;
}

export const RUN_VARIANTS: readonly RunVariant[] = [
  { id: "precisions", title: "FP16 and INT8, 5 times", settings: { matrix: "{ precision: [fp16, int8] }", runs: "5", precision: null } },
  { id: "repeat", title: "The same settings, 5 times", settings: { runs: "5", matrix: null } },
  { id: "temperatures", title: "Temperature 0, 0.6 and 1, 3 times", settings: { matrix: "{ temperature: [0, 0.6, 1] }", runs: "3", temperature: null } },
  { id: "greedy", title: "Temperature 0, once", settings: { temperature: "0", runs: null, matrix: null } },
];
