import assert from "node:assert/strict";

import { chosenSuites, longSuites } from "../../long/suites.ts";

const FILES = ["test/long/ray.test.ts", "test/long/main.ts", "test/long/ray-cluster.ts", "test/clients/long_llm_client.py", "test/clients/test_console.py"];

describe("suites of npm run test:long", () => {
  const suites = longSuites(FILES);

  it("are the files of tests, by name", () => {
    assert.deepEqual(suites, [
      { name: "llm-client", file: "test/clients/long_llm_client.py", runner: "pytest" },
      { name: "ray", file: "test/long/ray.test.ts", runner: "mocha" },
    ]);
  });

  it("all run, or those that are named; an unknown name is a mistake that names the others", () => {
    assert.deepEqual(chosenSuites(suites, []), suites);
    assert.deepEqual(chosenSuites(suites, ["ray"]).map(({ name }) => name), ["ray"]);
    assert.throws(() => chosenSuites(suites, ["rey"]), /'rey'\. Known: llm-client, ray\./);
  });
});
