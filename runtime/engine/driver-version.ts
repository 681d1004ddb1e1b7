import { readTextIfThere } from "../file.ts";
import type { Backend } from "./engine.ts";

/** Where Linux keeps the version of NVIDIA's kernel module. The inference library does not tell it. */
const NVIDIA_MODULE = "/sys/module/nvidia/version";

/** Version of the driver behind a back end; null where none takes part, or none is known. */
export async function driverVersion(backend: Backend): Promise<string | null> {
  if (backend !== "cuda" && backend !== "vulkan") return null;
  return (await readTextIfThere(NVIDIA_MODULE))?.trim() ?? null;
}
