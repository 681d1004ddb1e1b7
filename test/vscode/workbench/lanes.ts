/** A VS Code version to test in: a code-server of npm, and the Node that runs it. */
export interface Lane {
  name: LaneName;
  codeServer: string;
  /** VS Code's own version inside. */
  vscode: string;
  /** Version of the npm package `node`; null: the Node that runs the tests. */
  node: string | null;
  /** Native packages to compile, in code-server's folder and in the workbench's. */
  compile: { server: readonly string[]; workbench: readonly string[] };
  /** Without it a built server ignores the request to run tests in its extension host; an older one does not know it. */
  testDriverFlags: readonly string[];
}

export type LaneName = "newest" | "floor";

export const LANES: Readonly<Record<LaneName, Lane>> = {
  newest: {
    name: "newest",
    codeServer: "4.139.1",
    vscode: "1.139.1",
    node: "24.21.0",
    compile: { server: [], workbench: ["@vscode/spdlog", "@vscode/native-watchdog"] },
    testDriverFlags: ["--vscode-option", "enable-smoke-test-driver"],
  },
  floor: {
    name: "floor",
    codeServer: "4.100.3",
    vscode: "1.100.3",
    node: null,
    compile: { server: ["argon2"], workbench: ["@vscode/spdlog", "native-watchdog"] },
    testDriverFlags: [],
  },
};

/** The lane that `RETORT_LANE` names; the newest by default. */
export function chosenLane(env: NodeJS.ProcessEnv = process.env): Lane {
  const name = env.RETORT_LANE ?? "newest";
  const lane = LANES[name as LaneName] as Lane | undefined;
  if (lane === undefined) throw new Error(`RETORT_LANE is ${JSON.stringify(name)}; it may be ${Object.keys(LANES).join(" or ")}.`);
  return lane;
}
