/** What computes on the machine that the pack is for. */
export const CARRY_BACKENDS = ["cpu", "vulkan", "cuda"] as const;
export type CarryBackend = (typeof CARRY_BACKENDS)[number];

/** The packages with prebuilt libraries. That of the CPU always goes along: what a lost GPU falls back to. */
export function prebuiltPackages(backend: CarryBackend, platform = `${process.platform}-${process.arch}`): string[] {
  const cpu = `@node-llama-cpp/${platform}`;
  return backend === "cpu" ? [cpu] : [cpu, `${cpu}-${backend}`];
}
