import { execFileSync } from "node:child_process";

/** What a graphics card is, as NVIDIA's own tool tells. */
export interface GpuFacts {
  name: string;
  driver: string;
  memory: string;
}

/** The first NVIDIA GPU. Throws where there is none. */
export function gpuFacts(): GpuFacts {
  const [line = ""] = execFileSync("nvidia-smi", ["--query-gpu=name,driver_version,memory.total", "--format=csv,noheader"], { encoding: "utf8" }).split("\n");
  const [name = "", driver = "", memory = ""] = line.split(",").map((part) => part.trim());
  return { name, driver, memory };
}

/**
 * Published memory bandwidth in GB/s, by a part of the device's name; the first that fits counts, so longer names come
 * first. From NVIDIA's data sheets: it cannot be measured without a program for the card.
 */
const PUBLISHED_GB_S: ReadonlyArray<readonly [part: string, gbPerS: number]> = [
  ["H200", 4800], ["H100 PCIe", 2000], ["H100 NVL", 3900], ["H100", 3350],
  ["A100-PCIE-40GB", 1555], ["A100-SXM4-40GB", 1555], ["A100 80GB PCIe", 1935], ["A100-SXM4-80GB", 2039],
  ["L40S", 864], ["L40", 864], ["L4", 300], ["A10G", 600], ["A10", 600], ["T4", 320], ["V100", 900],
  ["RTX 5090", 1792], ["RTX 5080", 960], ["RTX 5070 Ti", 896], ["RTX 5070", 672],
  ["RTX 4090", 1008], ["RTX 4080 SUPER", 736], ["RTX 4080", 717], ["RTX 4070 Ti SUPER", 672], ["RTX 4070 Ti", 504], ["RTX 4070 SUPER", 504], ["RTX 4070", 504], ["RTX 4060 Ti", 288], ["RTX 4060", 272],
  ["RTX 3090 Ti", 1008], ["RTX 3090", 936], ["RTX 3080 Ti", 912], ["RTX 3080", 760], ["RTX 3070 Ti", 608], ["RTX 3070", 448], ["RTX 3060", 360],
];

/** Bytes per second, or null for a device that the table does not know (cards for laptops, and those with a suffix, differ from the one of the same number). */
export function publishedBandwidth(name: string): number | null {
  if (/laptop|max-q|mobile/i.test(name)) return null;
  const known = PUBLISHED_GB_S.find(([part]) => new RegExp(`(^|[\\s-])${part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}(?! (?:ti|super)\\b)($|[\\s-])`, "i").test(name));
  return known === undefined ? null : known[1] * 1e9;
}
