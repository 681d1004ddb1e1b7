import { cpus } from "node:os";

import { nowMs } from "../timing.ts";
import type { CpuTimes } from "./thread-governor.ts";

/** The processor's times at this moment. */
export function cpuTimes(): CpuTimes {
  const { user, system } = process.cpuUsage();
  return { at: nowMs(), own: (user + system) / 1000, idle: cpus().reduce((sum, { times }) => sum + times.idle, 0) };
}
