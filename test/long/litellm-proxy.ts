import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { freePort } from "../helpers/free-port.ts";
import { ensureLiteLlm } from "../setup/program-envs.ts";
import { Program } from "./program.ts";

const START_LIMIT_MS = 240_000;

/** LiteLLM's proxy in front of a server with OpenAI's API, configured as docs/remote.md says. */
export class LiteLlmProxy {
  /** Address without `/v1`. */
  readonly url: string;
  readonly key: string;
  readonly #program: Program;
  readonly #folder: string;

  private constructor(program: Program, folder: string, url: string, key: string) {
    this.#program = program;
    this.#folder = folder;
    this.url = url;
    this.key = key;
  }

  /** `model` is the name at both ends. */
  static async start(behind: { url: string; key: string; model: string }): Promise<LiteLlmProxy> {
    const python = ensureLiteLlm();
    const folder = mkdtempSync(join(tmpdir(), "retort-litellm-"));
    const config = join(folder, "litellm.yaml");
    writeFileSync(config, [
      "model_list:",
      `  - model_name: ${behind.model}`,
      `    litellm_params: { model: openai/${behind.model}, api_base: ${behind.url}/v1, api_key: os.environ/RETORT_API_KEY }`,
      "litellm_settings: { num_retries: 0, telemetry: false }",
    ].join("\n"));
    const [port, key] = [await freePort(), "sk-of-the-proxy"];
    const url = `http://127.0.0.1:${port}`;
    const program = await Program.start({
      command: join(dirname(python), "litellm"),
      args: ["--config", config, "--host", "127.0.0.1", "--port", String(port), "--telemetry", "False"],
      // Prices of other people's models come from the package, not from the network.
      env: { ...process.env, RETORT_API_KEY: behind.key, LITELLM_MASTER_KEY: key, LITELLM_LOCAL_MODEL_COST_MAP: "True" },
      cwd: folder,
      readyUrl: `${url}/health/liveliness`,
      withinMs: START_LIMIT_MS,
    });
    return new LiteLlmProxy(program, folder, url, key);
  }

  /** The last of what it wrote. */
  get output(): string {
    return this.#program.output;
  }

  async dispose(): Promise<void> {
    await this.#program.dispose();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
