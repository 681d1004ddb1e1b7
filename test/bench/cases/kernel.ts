import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { entryPath, packageRoot } from "../../../runtime/entry.ts";
import { pythonPath } from "../../helpers/python.ts";
import { amountRow, median, ratioRow, type Bench } from "../bench.ts";

interface KernelFigures {
  start_ms: number[];
  noop_ms: number[];
  lost: number[];
  late: number[];
}

const FLOOD_JS = "%%js\nfor (let i = 0; i < 10000; i++) console.log('token' + i)";
const FLOOD_PY = "for i in range(10000): print(f'token{i}', flush=True)";

/** Our kernel beside ipykernel: start, round trip, output. */
export const kernelBench: Bench = {
  name: "kernel",
  async run({ quick }) {
    const rounds = quick ? 2 : 10;
    const python = pythonPath();
    const specs = {
      retort: { argv: [process.execPath, entryPath("kernel"), "{connection_file}"], noop: "%%vars\na: 1", flood: FLOOD_JS },
      bare: { argv: [process.execPath, join(packageRoot(), "test", "bench", "peers", "bare-kernel-process.mjs"), "{connection_file}"], noop: "a = 1", flood: "flood 10000" },
      ipykernel: { argv: [python, "-m", "ipykernel_launcher", "-f", "{connection_file}"], noop: "a = 1", flood: FLOOD_PY },
    };
    const home = mkdtempSync(join(tmpdir(), "retort-bench-"));
    const output = execFileSync(python, [join(packageRoot(), "test", "bench", "peers", "kernel_round_trip.py"), String(rounds), JSON.stringify(specs)], {
      encoding: "utf8",
      env: { ...process.env, RETORT_HOME: home },
      maxBuffer: 2 ** 24,
    });
    rmSync(home, { recursive: true, force: true });
    const { retort, bare, ipykernel } = JSON.parse(output) as Record<"retort" | "bare" | "ipykernel", KernelFigures>;
    const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);
    return [
      ratioRow("kernel: spawn to kernel_info_reply / ipykernel", "ms", retort.start_ms, ipykernel.start_ms, { atMost: 0.35 }),
      amountRow("kernel: spawn to kernel_info_reply", "ms", median(retort.start_ms), rounds, { atMost: 250 }),
      ratioRow("no-op cell round trip p50 / ipykernel", "ms", retort.noop_ms, ipykernel.noop_ms, { atMost: 0.15 }),
      ratioRow("the least possible: bare zeromq.js loop, start / ipykernel", "ms", bare.start_ms, ipykernel.start_ms, { atMost: 0.35 }),
      ratioRow("the least possible: bare zeromq.js loop, round trip / ipykernel", "ms", bare.noop_ms, ipykernel.noop_ms, { atMost: 0.15 }),
      amountRow("10,000 token messages: lost", "of 10,000", sum(retort.lost), rounds, { atMost: 0 }, String(sum(retort.lost)), `${sum(ipykernel.lost)} in ${rounds} rounds`),
      amountRow("10,000 token messages: after idle", "of 10,000", sum(retort.late), rounds, { atMost: 0 }, String(sum(retort.late)), `${sum(ipykernel.late)} in ${rounds} rounds`),
    ];
  },
};
