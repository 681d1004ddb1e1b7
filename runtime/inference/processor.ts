import { readTextIfThere } from "../file.ts";

/** Whether this machine's processor has matrix instructions (AMX), for which llama.cpp arranges INT8 weights anew. Known on Linux only. */
export async function hasAmx(cpuInfo = "/proc/cpuinfo"): Promise<boolean> {
  const text = await readTextIfThere(cpuInfo);
  return text !== undefined && /^flags\s*:.*\bamx_int8\b/m.test(text);
}
