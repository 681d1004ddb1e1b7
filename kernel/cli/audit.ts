import { createWriteStream } from "node:fs";
import { basename } from "node:path";
import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { finished } from "node:stream/promises";
import { auditFolder, chainFolders } from "../../runtime/audit/audit-files.ts";
import { planPrune, prune, type PrunePlan } from "../../runtime/audit/prune.ts";
import type { ChainPoint, SealedRecord } from "../../runtime/audit/sealed-line.ts";
import { type ChainReport, verifyChain } from "../../runtime/audit/verify.ts";
import { asRetortError } from "../../runtime/errors.ts";
import { retortPaths } from "../../runtime/paths.ts";
import { auditFilter, FILTER_HELP, FILTER_OPTIONS, timeOf } from "./audit-filter.ts";
import { CSV_COLUMNS, csvLine, flatRecord } from "./audit-rows.ts";
import { runCommandLine, usageError } from "./command.ts";
import { formatTable } from "./format.ts";
import type { CommandIo } from "./io.ts";

const HELP = `Usage: retort audit verify|show|export|prune [options]

The audit log: one record for each request that a runtime of this user answered, chained by hashes.

  verify           check every byte of it, and name the first record and line that do not hold
    --head SEQ:HASH    also hold it against a head that was noted elsewhere (verify prints it)
  show             print records, newest last
    --last N       at most this many; default 50
    --json         whole records, one per line
  export           write records
    --to FILE      where to; default: here
    --format F     jsonl (whole records, as they stand in the log) or csv; default: by FILE's name
  prune            remove old records; the rest still verifies
    --before TIME  records older than this
    --yes          do not ask

For show and export:
${FILTER_HELP}
  -h, --help       this text

What is logged: RETORT_AUDIT=off|hash|full, or "audit" in config.json; hash by default.
`;

const OPTIONS = {
  ...FILTER_OPTIONS,
  head: { type: "string" }, last: { type: "string" }, json: { type: "boolean" }, to: { type: "string" }, format: { type: "string" },
  before: { type: "string" }, yes: { type: "boolean" },
} as const;

type Values = Parameters<Parameters<typeof runCommandLine<typeof OPTIONS>>[3]>[0]["values"];
type Action = (chains: readonly string[], values: Values, io: CommandIo) => Promise<number>;

const ACTIONS: Record<string, Action> = { verify, show, export: exportRecords, prune: pruneRecords };
const DEFAULT_LAST = 50;

/** `retort audit`. Ends with 1 where the log does not hold. */
export async function auditCommand(args: string[], io: CommandIo): Promise<number> {
  return runCommandLine({ help: HELP, options: OPTIONS, words: [1, 1] }, args, io, async ({ values, positionals: [name = ""] }) => {
    const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
    if (action === undefined) throw usageError(`There is no ${JSON.stringify(name)}: verify, show, export or prune`);
    const folder = auditFolder(retortPaths(io.env));
    const chains = await chainFolders(folder);
    if (chains.length === 0) io.stderr.write(`Nothing has been logged yet in ${folder}.\n`);
    return action(chains, values, io);
  });
}

async function verify(chains: readonly string[], values: Values, io: CommandIo): Promise<number> {
  const expected = values.head === undefined ? undefined : headOf(values.head);
  let held = true;
  let found = expected === undefined;
  for (const chain of chains) {
    const seen: SealedRecord[] = [];
    const report = await verifyChain(chain, (record) => { if (record.seq === expected?.seq && record.hash === expected.hash) seen.push(record); });
    found ||= seen.length > 0;
    held &&= report.broken === null;
    io.stdout.write(reportText(report));
  }
  if (!found) io.stdout.write(`BROKEN: no chain has the record ${values.head}: records were cut off or changed since it was noted.\n`);
  return held && found ? 0 : 1;
}

function reportText({ chain, records, files, first, last, broken, notes }: ChainReport): string {
  const span = first === null || last === null ? "" : `, ${first.time} to ${last.time}`;
  const head = last === null ? [] : [`  head ${last.seq}:${last.hash}`];
  const verdict = broken === null ? "  whole: every record is there and unchanged"
    : `  BROKEN at record ${broken.seq}, ${broken.file}${broken.line === 0 ? "" : `:${broken.line}`}: ${broken.reason}`;
  return [`${chain}: ${records} records in ${files} files${span}`, ...notes.map((note) => `  ${note}`), ...head, verdict, ""].join("\n");
}

function headOf(text: string): ChainPoint {
  const [, seq, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (seq === undefined || hash === undefined) throw usageError("--head is not SEQ:HASH as `retort audit verify` prints it");
  return { seq: Number(seq), hash };
}

interface Found {
  chain: string;
  record: SealedRecord;
}

/** Records that pass the filter, all chains together in the order of time. Says where a chain is broken. */
async function chosen(chains: readonly string[], values: Values, io: CommandIo): Promise<Found[]> {
  const passes = auditFilter(values, new Date());
  const all: Found[] = [];
  for (const chain of chains) {
    const { broken } = await verifyChain(chain, (record) => { if (passes(record)) all.push({ chain: basename(chain), record }); });
    if (broken !== null) io.stderr.write(`warning: ${chain} does not hold; see retort audit verify\n`);
  }
  return all.sort((a, b) => (a.record.time < b.record.time ? -1 : a.record.time > b.record.time ? 1 : 0));
}

async function show(chains: readonly string[], values: Values, io: CommandIo): Promise<number> {
  const last = values.last === undefined ? DEFAULT_LAST : Number(/^\d{1,7}$/.exec(values.last)?.[0]);
  if (Number.isNaN(last)) throw usageError("--last is not a number");
  const found = last === 0 ? [] : (await chosen(chains, values, io)).slice(-last);
  if (values.json) io.stdout.write(found.map(({ record }) => `${JSON.stringify(record)}\n`).join(""));
  else if (found.length > 0) io.stdout.write(formatTable([SHOWN, ...found.map(shownRow)], NUMBERS));
  return 0;
}

const SHOWN = ["RECORD", "TIME", "ROUTE", "CLIENT", "MODEL", "IN", "OUT", "MS", "END"];
const NUMBERS = [5, 6, 7];

function shownRow({ chain, record }: Found): string[] {
  const flat = flatRecord(chain, record);
  const text = (value: unknown): string => (value === null || value === undefined ? "" : String(value));
  const model = record.precision == null ? text(record.model) : `${text(record.model)} ${text(record.precision)}`;
  const end = record.error ?? flat.finish ?? (record.kind === "request" ? record.status : record.kind);
  return [`${chain}/${record.seq}`, record.time, text(record.route), text(record.client), model, text(flat.prompt_tokens), text(flat.completion_tokens), text(flat.ms), text(end)];
}

async function exportRecords(chains: readonly string[], values: Values, io: CommandIo): Promise<number> {
  const format = values.format ?? (values.to?.endsWith(".csv") === true ? "csv" : "jsonl");
  if (format !== "csv" && format !== "jsonl") throw usageError(`--format is ${JSON.stringify(format)}, not jsonl or csv`);
  const found = await chosen(chains, values, io);
  const lines = format === "jsonl" ? found.map(({ record }) => `${JSON.stringify(record)}\n`)
    : [csvLine(CSV_COLUMNS), ...found.map(({ chain, record }) => { const flat = flatRecord(chain, record); return csvLine(CSV_COLUMNS.map((column) => flat[column])); })];
  await writeLines(lines, values.to, io);
  if (values.to !== undefined) io.stderr.write(`${found.length} records written to ${values.to}\n`);
  return 0;
}

async function writeLines(lines: readonly string[], path: string | undefined, io: CommandIo): Promise<void> {
  if (path === undefined) {
    for (const line of lines) io.stdout.write(line);
    return;
  }
  const file = createWriteStream(path, { mode: 0o600 });
  file.end(lines.join(""));
  await finished(file);
}

async function pruneRecords(chains: readonly string[], values: Values, io: CommandIo): Promise<number> {
  if (values.before === undefined) throw usageError("prune needs --before TIME");
  const before = timeOf("--before", values.before, new Date());
  const plans: PrunePlan[] = [];
  for (const chain of chains) {
    const plan = await planPrune(chain, before);
    if (plan !== null) plans.push(plan);
  }
  const records = plans.reduce((sum, plan) => sum + plan.records, 0);
  if (records === 0) {
    io.stdout.write(`No record is older than ${before.toISOString()}.\n`);
    return 0;
  }
  if (values.yes !== true && !(await agreed(`Remove ${records} records older than ${before.toISOString()} for good? [y/N] `, io))) {
    io.stdout.write("Nothing was removed.\n");
    return 1;
  }
  let code = 0;
  for (const plan of plans) {
    try {
      await prune(plan, new Date());
      io.stdout.write(`${plan.chain}: ${plan.records} records removed, up to record ${plan.last.seq}\n`);
    } catch (error) {
      const { message, hint } = asRetortError(error);
      io.stderr.write(`${message}${hint === undefined ? "" : ` ${hint}`}\n`);
      code = 1;
    }
  }
  return code;
}

/** Nobody there to ask counts as no. */
async function agreed(question: string, { stdin = process.stdin, stderr, signal }: CommandIo): Promise<boolean> {
  const lines = createInterface({ input: stdin, output: stderr as Writable });
  const ended = new Promise<string>((resolve) => lines.once("close", () => resolve("")));
  try {
    return /^\s*(y|yes)\s*$/i.test(await Promise.race([lines.question(question, { signal }), ended]));
  } finally {
    lines.close();
  }
}
