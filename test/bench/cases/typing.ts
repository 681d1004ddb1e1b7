import type { ContextChunks, FillRequest } from "../../../extension/completion/completion-engine.ts";
import { realClock } from "../../../extension/completion/clock.ts";
import { CompletionSession } from "../../../extension/completion/session.ts";
import { DEMONSTRATION_MODEL } from "../../../extension/completion/fill-mode.ts";
import { nowMs } from "../../../runtime/timing.ts";
import { amountRow, format, median, p95, type Bench, type BenchOptions, type BenchRow } from "../bench.ts";
import { IdleContext } from "../typing/idle-context.ts";
import { keyCosts, type KeyCosts } from "../typing/key-costs.ts";
import { Replay } from "../typing/replay.ts";
import { sourceTexts } from "../typing/source-texts.ts";
import { TypedDocument } from "../typing/typed-document.ts";
import { fimModel, startTypingRuntime, type TypingRuntime } from "../typing/typing-runtime.ts";
import { Typist } from "../typing/typist.ts";

const SEED = 4;
const CHARS = { quick: 300, full: 1200 };
/** Suggestions that are typed to their end. */
const ALONG = { quick: 6, full: 24 };
const ALONG_GAP_MS = 120;
const THREADS = 1;
const LOAD_ROUNDS = { quick: 6, full: 24 };

const COMPLETION_PRIORITY = 5;
/** Goals of the issue. */
const SAME_LINE = { p50: 4, p95: 24 };
const TYPED_MS = 5;
const TYPED_HITS = 0.97;
const ABORT_BEYOND_STEP_MS = 15;
const BUSY_RATIO = 1.5;
const WASTED_SHARE = 0.3;

/**
 * A person types real source text through the whole pipeline of the editor, with a real engine behind it. Twice: with
 * a small model that can fill in the middle and has a real tokenizer, for what is counted, and with the demonstration
 * model, for what is shown.
 */
export const typingBench: Bench = {
  name: "typing",
  async run(options) {
    const fim = await startTypingRuntime({ file: await fimModel(options.log) }, THREADS);
    const counted = await using(fim, async () => [...(await replayRows("fill in the middle", fim, options)), ...(await loadRows(fim, options))]);
    for (const { what, shown, ours } of counted) options.log(`${what}: ${shown} (${ours})`);
    const plain = await startTypingRuntime({ name: DEMONSTRATION_MODEL }, THREADS);
    return [...counted, ...(await using(plain, async () => [...(await replayRows("plain continuation", plain, options)), ...(await alongRows(plain, options))]))];
  },
};

async function using<T>(runtime: TypingRuntime, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    await runtime.dispose();
  }
}

interface Spent {
  generated: number;
  shown: number;
  /** Why nothing was shown, and how often. */
  none: Map<string, number>;
}

function nothingSpent(): Spent {
  return { generated: 0, shown: 0, none: new Map() };
}

function newSession({ engine }: TypingRuntime, spent: Spent, context: ContextChunks = { current: () => [] }): CompletionSession {
  return new CompletionSession({
    engine, clock: realClock, context,
    events: {
      onMode: () => undefined,
      onRequest: ({ answer }) => {
        if (answer.kind === "none") spent.none.set(answer.error?.code ?? answer.reason, (spent.none.get(answer.error?.code ?? answer.reason) ?? 0) + 1);
      },
      onShown: (_, tokens) => { spent.shown += tokens; },
      onGenerated: (tokens) => { spent.generated += tokens; },
    },
  });
}

/** What one engine costs and shows while all texts are typed. */
export async function replayRows(what: string, runtime: TypingRuntime, { quick, log }: BenchOptions): Promise<BenchRow[]> {
  const spent = nothingSpent();
  const costs: KeyCosts = { sameLine: [], firstOnLine: [] };
  const screens = [];
  let keys = 0;
  const texts = sourceTexts(quick ? CHARS.quick : CHARS.full);
  for (const [index, { uri, languageId, before, written, after }] of texts.entries()) {
    const failures: unknown[] = [];
    const context = new IdleContext(texts, runtime.engine, (error) => failures.push(error));
    const session = newSession(runtime, spent, context.gatherer);
    const replay = new Replay(session);
    replay.onKey = (view) => context.key(view);
    const from = runtime.records.length;
    const document = new TypedDocument(uri, languageId, before, after);
    await context.begin(session, document.view);
    const chunks = context.gatherer.current(uri).length;
    if (chunks === 0) throw new Error("There is no other code to show");
    await replay.type(document, new Typist(SEED + index).keys(written));
    if (document.view.before !== before + written) throw new Error("The replay did not write the text");
    session.stop();
    context.dispose();
    await idle(runtime);
    if (failures.length > 0) throw new AggregateError(failures, "Gathering context failed");
    const records = runtime.records.slice(from).filter(({ priority }) => priority === COMPLETION_PRIORITY);
    const { sameLine, firstOnLine } = keyCosts(records, await runtime.prompts(records), replay.places);
    costs.sameLine.push(...sameLine);
    costs.firstOnLine.push(...firstOnLine);
    screens.push(replay.screen);
    keys += replay.keys;
    log(`${what}, ${languageId}: ${replay.keys} keys, ${records.length} requests, ${replay.screen.shown} suggestions, ${chunks} pieces of other code; without one so far: ${[...spent.none].map(([why, times]) => `${why} ${times}`).join(", ")}`);
  }
  const shownMs = screens.flatMap((screen) => screen.shownMs);
  const flickers = screens.reduce((sum, screen) => sum + screen.flickers, 0);
  const name = `typing, ${what}`;
  return [
    ...costRows(name, costs, keys),
    amountRow(`${name}: flickers`, "", flickers, keys, { atMost: 0 }, `${screens.reduce((sum, screen) => sum + screen.shown, 0)} suggestions`),
    // Random weights write nothing that passes the filters.
    ...(spent.shown === 0 ? [] : [amountRow(`${name}: tokens generated and never shown`, "of all", wasted(spent), keys, { atMost: WASTED_SHARE }, `${spent.generated} generated, ${spent.shown} shown`)]),
    abortRow(name, runtime),
    ...(shownMs.length === 0 ? [] : [latencyRow(name, shownMs)]),
  ];
}

/** Nothing where the engine was too slow to be asked twice on one line. */
function costRows(name: string, { sameLine, firstOnLine }: KeyCosts, keys: number): BenchRow[] {
  if (sameLine.length === 0) return [];
  return [
    amountRow(`${name}: prompt tokens evaluated by a key on the same line, p50`, "tokens", median(sameLine), sameLine.length, { atMost: SAME_LINE.p50 }, `${sameLine.length} requests of ${keys} keys`),
    amountRow(`${name}: the same, p95`, "tokens", p95(sameLine), sameLine.length, { atMost: SAME_LINE.p95 }, `first on a line: p50 ${format(median(firstOnLine))}, p95 ${format(p95(firstOnLine))} tokens`),
  ];
}

/** No goal: what it takes depends on the model and the machine. */
function latencyRow(name: string, ms: readonly number[]): BenchRow {
  const value = median(ms);
  return { what: `${name}: key to suggestion, p50`, ours: `p95 ${format(p95(ms))} ms`, peer: "", value, shown: `${format(value)} ms`, goal: "", met: true, rounds: ms.length };
}

function wasted({ generated, shown }: Spent): number {
  return generated === 0 ? 0 : (generated - shown) / generated;
}

/** How long the decoder still works on what nobody wants any more, beyond one of its steps. */
function abortRow(name: string, { records }: TypingRuntime): BenchRow {
  const ended = records.filter(({ priority }) => priority === COMPLETION_PRIORITY);
  const steps = ended.flatMap((record) => record.steps);
  const step = steps.length === 0 ? 0 : median(steps);
  const taken = ended.flatMap(({ abortedAt, endedAt }) => (abortedAt === null || endedAt === null ? [] : [endedAt - abortedAt]));
  return amountRow(`${name}: abort to idle, p95`, "ms", p95(taken), taken.length, { atMost: Math.round(step + ABORT_BEYOND_STEP_MS) }, `p50 ${format(median(taken))} ms, a step ${format(step)} ms`);
}

/** Suggestions typed to their end, across lines: nothing may be asked anew. */
async function alongRows(runtime: TypingRuntime, { quick, log }: BenchOptions): Promise<BenchRow[]> {
  const wanted = quick ? ALONG.quick : ALONG.full;
  let typed = 0;
  const screens = [];
  for (const { uri, languageId, before, written, after } of sourceTexts(CHARS.full * 2)) {
    for (const line of written.split("\n").filter((one) => one.trim().length > 8).slice(0, wanted)) {
      if (typed >= wanted) break;
      const session = newSession(runtime, nothingSpent());
      const replay = new Replay(session);
      const half = line.slice(0, Math.ceil(line.length / 2));
      const key = half.slice(-1);
      const document = new TypedDocument(uri, languageId, before + half.slice(0, -1), after);
      await replay.type(document, [{ text: key, gapMs: 0 }]);
      if (replay.screen.visible !== "") {
        await replay.typeSuggestion(document, ALONG_GAP_MS);
        screens.push(replay.screen);
        typed++;
      }
      session.stop();
      await idle(runtime);
    }
  }
  const along = screens.reduce((sum, screen) => sum + screen.along, 0);
  const hits = screens.reduce((sum, screen) => sum + screen.hits, 0);
  const typedMs = screens.flatMap((screen) => screen.typedMs);
  log(`typed along: ${typed} suggestions, ${along} keys`);
  return [
    amountRow("typing along: keys answered with the rest of the suggestion", "of all", along === 0 ? Number.NaN : hits / along, along, { atLeast: TYPED_HITS }, `${typed} suggestions`),
    amountRow("typing along: key to answer, p95", "ms", p95(typedMs), typedMs.length, { atMost: TYPED_MS }, `p50 ${format(median(typedMs))} ms`),
    amountRow("typing along: flickers", "", screens.reduce((sum, screen) => sum + screen.flickers, 0), along, { atMost: 0 }),
  ];
}

/** Completions beside a notebook run of the same model, against completions alone. */
async function loadRows(runtime: TypingRuntime, { quick }: BenchOptions): Promise<BenchRow[]> {
  const rounds = quick ? LOAD_ROUNDS.quick : LOAD_ROUNDS.full;
  const [source] = sourceTexts(CHARS.full);
  if (source === undefined) throw new Error("There is no source text");
  const request = (round: number): FillRequest =>
    ({ prefix: source.before.slice(-2000), typed: `    value_${round} = `, suffix: source.after.slice(0, 800), chunks: [], maxTokens: 16, stop: [], temperature: 0 });
  const measure = async (round: number): Promise<number> => {
    const since = nowMs();
    await runtime.engine.fill(request(round), () => undefined, new AbortController().signal);
    return nowMs() - since;
  };
  await measure(-1);
  const idleMs: number[] = [];
  const busyMs: number[] = [];
  for (let round = 0; round < rounds; round++) {
    idleMs.push(await measure(2 * round));
    const stop = new AbortController();
    let go: () => void = () => undefined;
    const started = new Promise<void>((resolve) => { go = resolve; });
    const run = runtime.client.completion(
      { model: runtime.model, prompt: `Notebook run ${round}`, max_tokens: 3000, ignore_eos: true },
      { priority: "notebook", signal: stop.signal, onText: () => go() },
    ).catch((error: unknown) => { if (!stop.signal.aborted) throw error; });
    await Promise.race([started, run]);
    busyMs.push(await measure(2 * round + 1));
    stop.abort();
    await run;
    await idle(runtime);
  }
  return [amountRow("completion beside a notebook run, p95 against idle", "x", p95(busyMs) / p95(idleMs), rounds, { atMost: BUSY_RATIO },
    `p50 ${format(median(busyMs))}, p95 ${format(p95(busyMs))} ms`, `p50 ${format(median(idleMs))}, p95 ${format(p95(idleMs))} ms`)];
}

async function idle({ client }: TypingRuntime): Promise<void> {
  while ((await client.status()).active > 0) await realClock.sleep(5);
}
