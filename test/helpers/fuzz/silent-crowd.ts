import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { FrontUnderTest } from "./front.ts";

const SILENT = 5000;
/** What others use beside these. */
const SPARE_FILES = 200;
const SOON_MS = 3000;
const MAX_GROWTH_BYTES = 64 * 1024 * 1024;

/**
 * Opens 5,000 connections to a front with room for `room`, which say nothing: new clients must be answered soon, and the
 * front's memory stay bounded. As many as the limit of open files allows, where that is less.
 */
export async function tryCrowd(room: number): Promise<void> {
  const count = Math.min(SILENT, openFileLimit() - SPARE_FILES);
  assert.ok(count > 500, `the system allows ${count} connections, too few for this test`);
  if (count < SILENT) console.log(`    ${count} connections: the limit of open files allows no more`);
  const front = await FrontUnderTest.start({ connections: room, headersMs: 60_000, requestMs: 60_000 });
  try {
    const { heapBytes: before } = await front.news();
    const crowd = fork(join(import.meta.dirname, "..", "idle-sockets.cjs"), [String(front.port), String(count)], { execArgv: [] });
    try {
      await once(crowd, "message");
      for (let i = 0; i < 5; i++) {
        const began = performance.now();
        assert.equal((await front.fetch("/v1/chat/completions", { model: "chatty", messages: [{ role: "user", content: "Hello" }] })).status, 200);
        assert.ok(performance.now() - began < SOON_MS, `it took ${performance.now() - began} ms`);
      }
      const { heapBytes } = await front.news();
      assert.ok(heapBytes - before < MAX_GROWTH_BYTES, `the heap grew by ${heapBytes - before} bytes`);
    } finally {
      crowd.kill();
      await once(crowd, "exit");
    }
    assert.equal(await front.check(), null);
  } finally {
    await front.dispose();
  }
}

/** Files that one process may have open; no limit where the system does not tell. */
function openFileLimit(): number {
  try {
    const limit = /^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1];
    return limit === undefined ? Number.POSITIVE_INFINITY : Number(limit);
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
