// Stands in for the engine process: speaks its protocol without a model. What it does is read anew for every call
// from the JSON file named by RETORT_TEST_SCRIPT: { gpu, load, loadBackend }.
import { readFileSync } from "node:fs";

const DIE_FIRST = 101, DIE_LATE = 102, STALL = 103, EXIT = 104;
const choice = process.argv[2];
const loaded = new Set();
const cancelledIds = new Set();
const script = () => JSON.parse(readFileSync(process.env.RETORT_TEST_SCRIPT, "utf8"));
const die = () => process.kill(process.pid, "SIGKILL");
const reply = (id, value) => process.send({ kind: "result", id, value });
const fail = (id, code, message = code) => process.send({ kind: "error", id, error: { code, message, status: 500 } });
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function backend() {
  const { gpu = "cpu" } = script();
  return choice === "auto" ? gpu : choice;
}

function devices(id) {
  const { gpu = "cpu" } = script();
  if (choice !== "auto" && choice !== "cpu" && choice !== gpu) return fail(id, "backend_unavailable", `${choice} does not work here`);
  reply(id, { devices: [], backend: backend(), reason: "scripted", engineVersion: String(process.env.UV_THREADPOOL_SIZE), threads: process.execArgv.length });
}

async function load(id, request) {
  const { load: what = "ok" } = script();
  const onGpu = backend() !== "cpu" && request.gpu !== "cpu";
  if (what === "die" || (what === "die on gpu" && onGpu)) return die();
  if (what === "no memory" || (what === "no memory on gpu" && onGpu)) return fail(id, "no_memory", "the card is full");
  if (what === "slow") for (let i = 0; i < 5; i++) { process.send({ kind: "progress", id, share: i / 5 }); await sleep(90); }
  loaded.add(request.handle);
  reply(id, { handle: request.handle, backend: onGpu ? backend() : "cpu", loadMs: 1 });
}

async function generate(id, request) {
  if (!loaded.has(request.handle)) return fail(id, "not_loaded");
  const behaviour = request.tokens[0];
  if (behaviour === DIE_FIRST) return die();
  if (behaviour === EXIT) process.exit(3);
  for (let i = 0; i < request.maxTokens && !cancelledIds.has(id); i++) {
    process.send({ kind: "tokens", id, events: [{ token: i, text: `${i} `, at: 0 }] });
    if (i === 2 && behaviour === DIE_LATE) return die();
    if (i === 2 && behaviour === STALL) return;
    await sleep(2);
  }
  reply(id, { finish: cancelledIds.has(id) ? "cancelled" : "length", tail: "", promptTokens: 1, cachedTokens: 0, startedAt: 0, endedAt: 0, slotTokens: new Uint32Array([7, process.pid]) });
}

process.on("disconnect", die);
process.on("message", ({ kind, id, call, cancelled }) => {
  if (cancelled) cancelledIds.add(id);
  if (kind === "cancel") return void cancelledIds.add(id);
  switch (call.op) {
    case "devices": return devices(id);
    case "load": return void load(id, call.request);
    case "unload": loaded.delete(call.handle); return reply(id, null);
    case "generate": return void generate(id, call.request);
    case "memory": return reply(id, { models: [...loaded].map((handle) => ({ handle })), process: { rss: 0, rssAnon: null, swap: null }, vram: null });
    case "tokenize": return reply(id, new Uint32Array([1, 2, 3]));
    default: return fail(id, "unsupported");
  }
});
