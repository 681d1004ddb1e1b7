import type { Settings } from "./settings.ts";

/**
 * The environment of a runtime or kernel that this window starts: this process's, with the settings as the `RETORT_…`
 * variables of which they are the graphical form. What is not set here keeps the value that the environment gives.
 */
export function runtimeEnvironment(settings: Pick<Settings, "get">): NodeJS.ProcessEnv {
  const threads = settings.get("retort.runtime.threads");
  const memory = settings.get("retort.runtime.memory");
  const models = settings.get("retort.runtime.modelsFolder");
  return {
    // Inside VS Code the program that runs JavaScript is Electron, which is a plain Node only with this variable.
    ELECTRON_RUN_AS_NODE: "1",
    ...process.env,
    ...unlessDefault("RETORT_GPU", settings.get("retort.runtime.gpu"), "auto"),
    ...unlessDefault("RETORT_PRECISION", settings.get("retort.precision"), "auto"),
    ...unlessDefault("RETORT_AUDIT", settings.get("retort.runtime.audit"), "hash"),
    ...unlessDefault("RETORT_CONTEXT", settings.get("retort.runtime.contextLength"), 4096),
    ...(threads === null ? {} : { RETORT_THREADS: String(threads) }),
    ...(memory === "" ? {} : { RETORT_MEMORY: memory }),
    ...(models === "" ? {} : { RETORT_MODELS: models }),
    ...(settings.get("retort.runtime.offline") ? { RETORT_OFFLINE: "1" } : {}),
  };
}

function unlessDefault(name: string, value: string | number, normal: string | number): NodeJS.ProcessEnv {
  return value === normal ? {} : { [name]: String(value) };
}
