import { cpus, freemem, hostname, totalmem } from "node:os";
import type { Json } from "./message.ts";

/** Figures for usage_reply, in the shape of ipykernel's: bytes and per cent. */
export class UsageMeter {
  #cpu = process.cpuUsage();
  #time = process.hrtime.bigint();

  /** CPU is the share of one core used since the last reading. */
  read(): Json {
    const cpu = process.cpuUsage(this.#cpu);
    const now = process.hrtime.bigint();
    const elapsedUs = Number(now - this.#time) / 1000;
    this.#cpu = process.cpuUsage();
    this.#time = now;
    const total = totalmem();
    const free = freemem();
    return {
      hostname: hostname(),
      pid: process.pid,
      kernel_cpu: elapsedUs > 0 ? (100 * (cpu.user + cpu.system)) / elapsedUs : 0,
      kernel_memory: process.memoryUsage.rss(),
      cpu_count: cpus().length,
      host_virtual_memory: { total, available: free, used: total - free, free, percent: (100 * (total - free)) / total },
    };
  }
}
