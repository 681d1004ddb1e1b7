/** No device of CUDA's has this number; Vulkan finds its drivers by these files. */
const HIDDEN: Readonly<Record<string, string>> = { CUDA_VISIBLE_DEVICES: "-1", VK_DRIVER_FILES: "/nonexistent", VK_ICD_FILENAMES: "/nonexistent" };

/** Processes that are started from now on find no GPU; what is returned undoes that. */
export function hideGpus(env: NodeJS.ProcessEnv = process.env): () => void {
  const before = Object.keys(HIDDEN).map((name) => [name, env[name]] as const);
  Object.assign(env, HIDDEN);
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete env[name];
      else env[name] = value;
    }
  };
}
