/** A file of tests too heavy for `npm test`, by the name under which `npm run test:long -- NAME` runs it. */
export interface LongSuite {
  name: string;
  file: string;
  runner: "mocha" | "pytest";
}

/** Suites of some folders' files: NAME.test.ts for mocha, long_NAME.py for pytest. In the order of their names. */
export function longSuites(files: readonly string[]): LongSuite[] {
  return files.flatMap((file): LongSuite[] => {
    const mocha = /([^/]+)\.test\.ts$/.exec(file)?.[1];
    const pytest = /(?:^|\/)long_([^/]+)\.py$/.exec(file)?.[1];
    if (mocha !== undefined) return [{ name: mocha, file, runner: "mocha" }];
    return pytest === undefined ? [] : [{ name: pytest.replaceAll("_", "-"), file, runner: "pytest" }];
  }).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Those that were asked for, in that order; all without names. Throws for a name that there is not. */
export function chosenSuites(suites: readonly LongSuite[], names: readonly string[]): LongSuite[] {
  if (names.length === 0) return [...suites];
  return names.map((name) => {
    const found = suites.find((suite) => suite.name === name);
    if (found === undefined) throw new Error(`There is no suite '${name}'. Known: ${suites.map((suite) => suite.name).join(", ")}.`);
    return found;
  });
}
