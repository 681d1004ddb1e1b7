import assert from "node:assert/strict";

import type { ChatRequest } from "../../../../../runtime/api/types.ts";
import { commitLine, summaryLine } from "../../../../../extension/explain/commit/commit-line.ts";
import { filesOfDiff, nameOfChange, type FileDiff } from "../../../../../extension/explain/commit/diff-files.ts";
import { writeCommitLine } from "../../../../../extension/explain/commit/write-commit-line.ts";

const DIFF = `diff --git a/src/a.ts b/src/a.ts
index 1..2 100644
--- a/src/a.ts
+++ b/src/a.ts
@@ -1,2 +1,3 @@
 x
-old
+new
+--- more
diff --git a/old name.md b/new name.md
similarity index 90%
rename from old name.md
rename to new name.md
diff --git a/logo.png b/logo.png
index 1..2 100644
Binary files a/logo.png and b/logo.png differ
diff --git a/gone.py b/gone.py
deleted file mode 100644
--- a/gone.py
+++ /dev/null
@@ -1 +0,0 @@
-x
diff --git a/package-lock.json b/package-lock.json
--- a/package-lock.json
+++ b/package-lock.json
@@ -1 +1 @@
-1
+2
`;
const file = (path: string): FileDiff => ({ path, added: 1, removed: 0, readable: true, text: "+x" });

describe("filesOfDiff", () => {
  it("tells files, counts and what can be read", () => {
    assert.deepEqual(filesOfDiff(DIFF).map((each) => [nameOfChange(each), each.readable]), [
      ["src/a.ts (+2 -1)", true], ["new name.md (+0 -0)", true], ["logo.png (+0 -0)", false], ["gone.py (+0 -1)", true], ["package-lock.json (+1 -1)", false],
    ]);
    assert.equal(filesOfDiff(DIFF)[0]?.text, "@@ -1,2 +1,3 @@\n x\n-old\n+new\n+--- more");
  });
  it("finds nothing in nothing", () => assert.deepEqual(filesOfDiff(""), []));
});

describe("commitLine", () => {
  for (const [answer, expected] of [
    ["fix: handle empty input", "fix: handle empty input"],
    ["Here is the commit message:\n\n```\nfeat(parser): add ranges.\n```\nIt adds ranges.", "feat(parser): add ranges"],
    ["**Commit message:** `Fix!: drop  Node 18`", "fix!: drop Node 18"],
    ["- docs: say how to install", "docs: say how to install"],
    ["1. test(api): cover errors", "test(api): cover errors"],
    ["<think>feat: a thought</think>\nfix: the answer", "fix: the answer"],
    ["a thought without opening\nfeat: no\n</think>\nchore: yes", "chore: yes"],
    ["<think>feat: never ended", null],
    ["Sure! Here is it:", null],
    ["", null],
    ["Updated the reader. It is faster now.", "chore: updated the reader"],
    [`feat: ${"very ".repeat(20)}long`, "feat: very very very very very very very very very very very very very"],
  ] as const) {
    it(`reads ${JSON.stringify(answer.slice(0, 50))} as ${JSON.stringify(expected)}`, () => {
      const line = commitLine(answer, [file("src/a.ts")]);
      assert.equal(line, expected);
      assert.ok((line ?? "").length <= 72);
    });
  }

  for (const [path, type] of [["README.md", "docs"], ["docs/a.html", "docs"], ["test/a.ts", "test"], [".github/x.yml", "ci"], ["package.json", "build"], ["src/a.ts", "chore"]] as const) {
    it(`takes the type ${type} from ${path} where the model names none`, () => assert.equal(commitLine("Words about it", [file(path)]), `${type}: words about it`));
  }

  it("reads one line as a summary, never a thought", () => {
    assert.equal(summaryLine("<think>hm</think>\n* Adds a test.\nMore"), "Adds a test");
    assert.equal(summaryLine("<think>hm"), null);
  });
});

describe("writeCommitLine", () => {
  const model = { id: "m", precision: undefined, style: { system: false, brief: true }, context: 4096 };
  const run = async (files: FileDiff[], budget: number, ...first: string[]): Promise<{ line: string | null; requests: ChatRequest[]; steps: string[] }> => {
    const requests: ChatRequest[] = [];
    const steps: string[] = [];
    const line = await writeCommitLine(files, {
      model,
      budget,
      count: async (text) => text.length,
      answer: async (request) => {
        requests.push(request);
        return request.messages.some(({ content }) => content.includes("Summarise")) ? `Change ${requests.length}.` : first[requests.length - 1] ?? "feat: all of it";
      },
      onStep: (done, total) => steps.push(`${done}/${total}`),
    });
    return { line, requests, steps };
  };
  const text = (request: ChatRequest | undefined): string => request?.messages.map(({ content }) => content).join("\n") ?? "";

  it("asks again when an answer holds no line, three times at most", async () => {
    const again = await run([file("a.ts")], 500, "Sure! Here is it:");
    assert.deepEqual([again.line, again.requests.length], ["feat: all of it", 2]);
    const never = await run([file("a.ts")], 500, "", "Okay", "```");
    assert.deepEqual([never.line, never.requests.length], [null, 3]);
  });

  it("sends a small change as it is", async () => {
    const { line, requests } = await run([{ ...file("a.ts"), text: "+small" }], 500);
    assert.equal(line, "feat: all of it");
    assert.equal(requests.length, 1);
    assert.match(text(requests[0]), /a\.ts \(\+1 -0\)\n\+small/);
  });

  it("summarises a large change file by file, the largest first", async () => {
    const files = [{ ...file("small.ts"), text: "+".repeat(300) }, { ...file("large.ts"), added: 99, text: "+y\n".repeat(900) }, { ...file("logo.png"), readable: false, text: "" }];
    const { requests, steps } = await run(files, 400);
    assert.equal(requests.length, 3);
    assert.match(text(requests[0]), /Summarise this change of large\.ts/);
    assert.ok(text(requests[0]).length < 700, "the diff is shortened");
    assert.match(text(requests[2]), /small\.ts \(\+1 -0\): Change 2\nlarge\.ts|small\.ts \(\+1 -0\): Change 2/);
    assert.match(text(requests[2]), /logo\.png \(\+1 -0\)/);
    assert.deepEqual(steps, ["0/2", "1/2", "2/2"]);
  });
});
