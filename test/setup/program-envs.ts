import { join } from "node:path";
import { packageRoot } from "../../runtime/entry.ts";
import { ensureProgramEnv } from "./program-env.ts";

const requirements = (name: string): string => join(packageRoot(), "test", "long", "requirements", `${name}.txt`);

export function ensureLiteLlm(): string {
  return ensureProgramEnv("litellm", requirements("litellm"), { cost: "0.7 GB, about two minutes" });
}

export function ensureLoadGenerator(): string {
  return ensureProgramEnv("load", requirements("load"), { cost: "several GB, some minutes" });
}

export function ensureOpenWebUi(): string {
  return ensureProgramEnv("open-webui", requirements("open-webui"), { cost: "7.5 GB, more than six minutes" });
}

/** Compiled without the parts for pictures, and for AVX2 only: GCC 12 turns ggml's AMX code into illegal instructions. */
export function ensureLlamaCppPython(): string {
  return ensureProgramEnv("llama-cpp-python", requirements("llama-cpp-python"), {
    cost: "0.2 GB, compiled on two cores in about a quarter of an hour",
    compiled: ["llama-cpp-python==0.3.36"],
    env: { CMAKE_ARGS: "-DLLAVA_BUILD=OFF -DGGML_NATIVE=OFF" },
  });
}

/** What runtime/models/adapters/train asks of its users. */
export function ensureAdapterTraining(): string {
  return ensureProgramEnv("adapter-train", join(packageRoot(), "runtime", "models", "adapters", "train", "requirements.txt"), { cost: "6 GB, about four minutes" });
}
