import { cpus, freemem, totalmem } from "node:os";

import type { Llama, LlamaGpuType, LlamaOptions } from "node-llama-cpp";

import { RetortError } from "../errors.ts";
import { physicalCores } from "./cores.ts";
import { cpuTimes } from "./cpu-times.ts";
import type { Backend, DeviceInfo, DeviceReport, GpuChoice } from "./engine.ts";
import { ThreadGovernor } from "./thread-governor.ts";

/** Version of the inference library that this code is written for. */
const ENGINE_VERSION = "node-llama-cpp 3.22.1";

/** Log lines of the library that are kept to explain a failed load. */
const KEPT_ERRORS = 3;

/** Of an adapter's matrices, one line each: they lie beside weights in an order of the processor's own. As it should be. */
const EXPECTED = /^llama_adapter_lora_init_impl: .* cannot use buft /;

/** How often the load of the machine is looked at. */
const GOVERN_MS = 250;

/** The native library, opened once per process with one back end. */
export class LlamaHost {
  readonly llama: Llama;
  readonly choice: GpuChoice;
  readonly #errors: string[];
  readonly #possible: readonly Backend[];
  #loads = 0;
  #evaluations = 0;
  #timer: NodeJS.Timeout | undefined;
  readonly #governor = new ThreadGovernor(physicalCores(), cpuTimes());

  private constructor(llama: Llama, choice: GpuChoice, errors: string[], possible: readonly Backend[]) {
    this.llama = llama;
    this.choice = choice;
    this.#errors = errors;
    this.#possible = possible;
  }

  /**
   * Opens the library with the back end of `choice`; `auto` takes the best that works and ends with the CPU.
   * Native log lines go to `log`. Throws `backend_unavailable`.
   */
  static async open(choice: GpuChoice, log: (line: string) => void): Promise<LlamaHost> {
    const library = await import("node-llama-cpp");
    const errors: string[] = [];
    const logger: NonNullable<LlamaOptions["logger"]> = (level, message) => {
      if (EXPECTED.test(message)) return;
      log(`${level}: ${message.trimEnd()}`);
      if (level === library.LlamaLogLevel.error || level === library.LlamaLogLevel.fatal) errors.push(message.trim());
      errors.splice(0, errors.length - KEPT_ERRORS);
    };
    const possible = (await library.getLlamaGpuTypes("supported")).map(toBackend);
    try {
      const llama = await library.getLlama({
        gpu: choice === "cpu" ? false : choice,
        build: "never",
        skipDownload: true,
        maxThreads: physicalCores(),
        logLevel: library.LlamaLogLevel.warn,
        logger,
      });
      const host = new LlamaHost(llama, choice, errors, possible);
      // On the wrong platform the library gives the CPU without a word.
      if (!host.serves(choice)) throw backendUnavailable(choice, possible);
      return host;
    } catch (error) {
      if (error instanceof library.NoBinaryFoundError) throw backendUnavailable(choice, possible);
      throw error;
    }
  }

  get backend(): Backend {
    return toBackend(this.llama.gpu);
  }

  /** Runs a load. A context never gets more threads than are allowed while it is made, so for that time all are. */
  async loading<T>(threads: number, load: () => Promise<T>): Promise<T> {
    this.#governor.allow(threads);
    this.#loads++;
    this.llama.maxThreads = this.#governor.most;
    try {
      return await load();
    } finally {
      this.#loads--;
      this.llama.maxThreads = this.#governor.threads;
    }
  }

  /** Runs evaluations, and looks meanwhile at the load of the machine. */
  async evaluating<T>(work: () => Promise<T>): Promise<T> {
    if (this.#evaluations++ === 0) {
      this.#governor.restart(cpuTimes());
      this.#timer = setInterval(() => this.#govern(), GOVERN_MS);
    }
    try {
      return await work();
    } finally {
      if (--this.#evaluations === 0) clearInterval(this.#timer);
    }
  }

  #govern(): void {
    this.#governor.sample(cpuTimes());
    if (this.#loads === 0) this.llama.maxThreads = this.#governor.threads;
  }

  /** The last native error lines, which say why a load failed; reading them clears them. */
  takeErrors(): string {
    return this.#errors.splice(0).join(" ");
  }

  /** True when this process can serve the choice: the CPU is always there. */
  serves(choice: GpuChoice): boolean {
    return choice === "auto" || choice === "cpu" || choice === this.backend;
  }

  /** The error for a choice that this process was not opened with. */
  conflict(choice: GpuChoice): RetortError {
    return new RetortError({
      code: "backend_conflict",
      message: `The engine runs on ${label(this.backend)} and cannot use ${label(choice)} beside it.`,
      hint: "Unload the other models first, or choose 'auto'.",
      status: 409,
    });
  }

  async deviceName(backend: Backend): Promise<string> {
    if (backend === "cpu") return cpuName();
    return (await this.llama.getGpuDeviceNames()).join(", ");
  }

  async report(): Promise<DeviceReport> {
    const cpu: DeviceInfo = { backend: "cpu", name: cpuName(), totalBytes: totalmem(), freeBytes: freemem() };
    return {
      devices: [...(await this.#gpus()), cpu],
      backend: this.backend,
      reason: explainChoice(this.choice, this.backend, this.#possible),
      engineVersion: `${ENGINE_VERSION}, llama.cpp ${this.llama.llamaCppRelease.release}`,
      threads: this.llama.maxThreads,
    };
  }

  /** Video memory is known for all devices together only. */
  async #gpus(): Promise<DeviceInfo[]> {
    const backend = this.backend;
    if (backend === "cpu") return [];
    const names = await this.llama.getGpuDeviceNames();
    const { total, free } = await this.llama.getVramState();
    return names.map((name) => ({
      backend,
      name,
      totalBytes: names.length === 1 ? total : null,
      freeBytes: names.length === 1 ? free : null,
    }));
  }
}

/** One sentence on why `backend` is in use. `possible`: back ends whose drivers are here. */
export function explainChoice(choice: GpuChoice, backend: Backend, possible: readonly Backend[]): string {
  if (choice !== "auto") return `The settings ask for ${label(choice)}.`;
  if (backend !== "cpu") return `${label(backend)} is the best back end that works here.`;
  const gpus = possible.filter((one) => one !== "cpu").map(label);
  if (gpus.length === 0) return "No GPU driver was found here, so the CPU is used.";
  return `Drivers for ${gpus.join(" and ")} were found but do not work, so the CPU is used.`;
}

function backendUnavailable(choice: GpuChoice, possible: readonly Backend[]): RetortError {
  const works = possible.length === 0 ? "the CPU" : possible.map(label).join(", ");
  return new RetortError({
    code: "backend_unavailable",
    message: `The back end ${label(choice)} does not work on this machine.`,
    hint: `Choose 'auto' or one of: ${works}.`,
    status: 409,
  });
}

function label(backend: GpuChoice): string {
  const names: Record<GpuChoice, string> = { auto: "auto", cuda: "CUDA", vulkan: "Vulkan", metal: "Metal", cpu: "the CPU" };
  return names[backend];
}

function toBackend(gpu: LlamaGpuType): Backend {
  return gpu === false ? "cpu" : gpu;
}

function cpuName(): string {
  return cpus()[0]?.model.trim() ?? "CPU";
}
