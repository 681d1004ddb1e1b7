import fc from "fast-check";

import { hostileText, hostileValue } from "./hostile-values.ts";
import { spoiled } from "./mutate-json.ts";
import { torn } from "./mutate-text.ts";

/** A message for a kernel, its parts as texts of bytes (latin1) so that a failing case can be printed and sent again. */
export interface KernelCase {
  kind: string;
  /** `wire`: bytes for a socket that are no ZeroMQ. */
  channel: "shell" | "control" | "stdin" | "wire";
  /** Header, parent header, metadata, content. More or fewer of them where that is the fault. */
  parts: string[];
  /** Frames behind the signed ones. */
  buffers: string[];
  sign: "right" | "wrong" | "absent" | "short" | "no delimiter" | "two delimiters";
}

/** Cells of every kind, with nothing in them that runs for ever when it is torn. */
const CELLS = [
  "Hello {{ name }}", "---\nruns: 2\nmodel: m\ntemperature: 0\n---\nHi", "---\nmatrix:\n  precision: [fp16, int8]\n  x: [1, 2]\n---\nSay {{ x }}", "system: Be brief.\nuser: Hi\nassistant: {",
  "---\noutput: json\nassert:\n  - contains: a\n  - matches: '^a+$'\n---\nGive {\"a\": 1}", "---\nname: r\nseed: 5\nstop: [a, b]\n---\nOne two", "---\ndata: rows.csv\n---\n{{ row.a }}",
  "%%vars\na: 1\nb: [x, {c: d}]\n", "%%vars\na: &x [1]\nb: *x", "%%js\nconst a = 1 + 1; print(a); a", "%%js\nthrow new Error('no')", "%%js\nawait Promise.reject(5)", "%%js\nprocess.exit(1)", "%%js\n({ get a() { throw 1; } })",
  "%%chart\ndata: r\nkind: bars\nx: a\ny: b", "%%chart\nmark: bar\ndata: {values: [{a: 1}]}\nencoding: {x: {field: a}}", "%%compare\na: r\nb: r", "%%bench\nrequests: 1", "%%frobnicate",
  "%help", "%help runs", "%status", "%models", "%precision int8", "%defaults temperature=0.5", "%defaults --clear", "%trace last", "%export text", "%reset", "%echo hi", "%echo --stderr {{ a }}", "%param a = {'b': [1, None]}", "%load m int8", "%unload",
];

const known = fc.constantFrom(...CELLS);
const code = fc.oneof({ weight: 2, arbitrary: known }, { weight: 3, arbitrary: torn(known) }, { weight: 1, arbitrary: hostileText }, { weight: 1, arbitrary: fc.constantFrom("a".repeat(50_000), "{{".repeat(5000), "[".repeat(30_000), "\n".repeat(20_000), "%".repeat(10_000), `---\n${"a: &a [*a]\n".repeat(100)}---\n`) });
const comm = fc.record({ comm_id: fc.constantFrom("1", "2", "__proto__"), target_name: fc.oneof(hostileText, fc.constantFrom("jupyter.widget", "retort")), data: hostileValue }, { requiredKeys: [] });

/** What each request holds. `shutdown_request` is left out: it would end the kernel, as it should. */
const CONTENTS: Record<string, fc.Arbitrary<unknown>> = {
  execute_request: fc.record({ code, silent: fc.boolean(), store_history: fc.boolean(), user_expressions: fc.dictionary(fc.string(), fc.oneof(fc.constantFrom("a", "r.answer", "}}"), hostileValue), { maxKeys: 2 }), allow_stdin: fc.constant(false), stop_on_error: fc.boolean() }),
  complete_request: fc.record({ code, cursor_pos: fc.oneof(fc.nat(60), fc.double()) }),
  inspect_request: fc.record({ code, cursor_pos: fc.oneof(fc.nat(60), fc.double()), detail_level: fc.constantFrom(0, 1, 2) }),
  is_complete_request: fc.record({ code }),
  history_request: fc.record({ hist_access_type: fc.constantFrom("tail", "range", "search", ""), n: fc.oneof(fc.nat(20), fc.double()), output: fc.boolean(), raw: fc.boolean(), session: fc.integer({ min: -5, max: 5 }), start: fc.integer(), stop: fc.integer(), pattern: fc.oneof(hostileText, fc.constantFrom("*a*", `${"*a".repeat(50)}*b`)), unique: fc.boolean() }, { requiredKeys: [] }),
  kernel_info_request: fc.constant({}),
  comm_info_request: fc.record({ target_name: hostileText }, { requiredKeys: [] }),
  comm_open: comm, comm_msg: comm, comm_close: comm,
  interrupt_request: fc.constant({}),
  debug_request: fc.record({ seq: hostileValue, command: hostileText }, { requiredKeys: [] }),
  usage_request: fc.constant({}),
  create_subshell_request: fc.constant({}), delete_subshell_request: fc.record({ subshell_id: hostileText }), list_subshell_request: fc.constant({}),
  input_reply: fc.record({ value: hostileValue }),
  execute_reply: fc.constant({ status: "ok" }), status: fc.constant({ execution_state: "dead" }), dance_request: hostileValue,
};

const header = (type: string): fc.Arbitrary<unknown> => fc.record({
  msg_id: fc.uuid(), msg_type: fc.constant(type), session: fc.string(), username: fc.string(), date: fc.constantFrom("2026-01-01T00:00:00Z", "", "x"), version: fc.constantFrom("5.5", "5.0", "4.1", "", "99"),
  subshell_id: fc.constantFrom(null, null, null, "no", ""),
}, { requiredKeys: ["msg_id", "msg_type", "session"] });

const latin1 = (value: unknown): string => Buffer.from(JSON.stringify(value) ?? "undefined").toString("latin1");
const bad = (good: fc.Arbitrary<unknown>): fc.Arbitrary<string> => fc.oneof({ weight: 2, arbitrary: spoiled(good).map(latin1) }, { weight: 1, arbitrary: torn(good.map(latin1)) });
/** All of the parts good, or one of them spoiled. */
const parts = (good: Array<fc.Arbitrary<unknown>>): fc.Arbitrary<string[]> => fc.oneof(
  ...[-1, -1, -1, -1, -1, -1, ...good.keys(), good.length - 1].map((spoilt) => fc.tuple(...good.map((part, at) => (at === spoilt ? bad(part) : part.map(latin1))))),
);
const channel = fc.oneof({ weight: 8, arbitrary: fc.constant("shell" as const) }, { weight: 2, arbitrary: fc.constant("control" as const) }, { weight: 1, arbitrary: fc.constant("stdin" as const) });
const sign = fc.oneof({ weight: 40, arbitrary: fc.constant("right" as const) }, { weight: 5, arbitrary: fc.constantFrom("wrong" as const, "absent" as const, "short" as const, "no delimiter" as const, "two delimiters" as const) });
const buffers = fc.oneof({ weight: 5, arbitrary: fc.constant<string[]>([]) }, { weight: 1, arbitrary: fc.array(fc.constantFrom("", "\u0000", "x".repeat(10_000), "<IDS|MSG>"), { maxLength: 3 }) });

const message = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom("execute_request", "execute_request", "complete_request", "inspect_request") },
  { weight: 6, arbitrary: fc.constantFrom(...Object.keys(CONTENTS)) },
).chain((type) => fc.record({
  kind: fc.constant(type), channel, sign, buffers,
  parts: parts([header(type), fc.oneof(fc.constant({}), header("execute_request")), fc.constant({}), CONTENTS[type] ?? fc.constant({})]),
}));
const misshapen = fc.record({ kind: fc.constant("frames"), channel, sign, buffers, parts: fc.array(fc.oneof(hostileText, hostileValue.map(latin1)), { maxLength: 8 }) });
/** A ZeroMQ greeting, and what should follow it. */
const GREETING = `\xff${"\u0000".repeat(8)}\x7f\x03\x00NULL${"\u0000".repeat(16)}\x00${"\u0000".repeat(31)}\x04\x29\x05READY\x0bSocket-Type\x00\x00\x00\x06DEALER\x08Identity\x00\x00\x00\x00`;
const wire = fc.oneof(torn(fc.constant(GREETING)), fc.constantFrom("GET / HTTP/1.1\r\n\r\n", "\x00".repeat(500), `${GREETING}\x02${"\xff".repeat(8)}`, `${GREETING}\x06\xff\xff`, `${GREETING}\x03\x00\x00\x00\x00\x00\x00\x00\x05hello`))
  .map((bytes): KernelCase => ({ kind: "wire", channel: "wire", parts: [bytes], buffers: [], sign: "absent" }));

/** Messages of every kind, good and spoiled, and bytes that are none. */
export const kernelCase: fc.Arbitrary<KernelCase> = fc.oneof(
  { weight: 12, arbitrary: message as fc.Arbitrary<KernelCase> },
  { weight: 2, arbitrary: misshapen as fc.Arbitrary<KernelCase> },
  { weight: 1, arbitrary: wire },
);
