// The HTTP front in a process of its own, with a scripted engine: its exit, whatever the cause, is seen by its parent.
import { startFakeRuntime } from "../../unit/runtime/fake-runtime.ts";
import { FakeEngine } from "../fake-engine.ts";

/** What the parent hears: where the front listens, then an answer to each of its questions; and each line of the log. */
export interface FrontNews {
  port: number;
  /** Bytes in use after a collection. */
  heapBytes: number;
  /** Requests being answered. */
  active: number;
}

const engine = new FakeEngine({ reply: "Some words of an answer, and a few more." });
const fake = await startFakeRuntime({
  ...(process.env.FUZZ_TOKEN === undefined ? {} : { apiKey: process.env.FUZZ_TOKEN }),
  allowedOrigins: ["https://page.example"],
  log: (line) => process.send?.({ line }),
  limits: { headersMs: 300, requestMs: 400, connectionCheckMs: 50, keepAliveMs: 100, ...JSON.parse(process.env.FUZZ_LIMITS ?? "{}") as object },
}, engine);
// Without its files a front could only say that they are gone.
fake.files.remove = () => Promise.resolve([]);

async function tell(): Promise<void> {
  // What only the scripted parts remember is not the front's.
  engine.requests.length = 0;
  engine.loads.length = 0;
  engine.unloads.length = 0;
  const { active } = (await (await fake.call("GET", "/retort/status")).json()) as { active: number };
  globalThis.gc?.();
  process.send?.({ port: Number(new URL(fake.runtime.url).port), heapBytes: process.memoryUsage().heapUsed + process.memoryUsage().external, active } satisfies FrontNews);
}

process.on("message", () => void tell());
process.on("disconnect", () => process.exit());
await tell();
