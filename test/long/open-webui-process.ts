import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { freePort } from "../helpers/free-port.ts";
import { ensureOpenWebUi } from "../setup/program-envs.ts";
import { Program } from "./program.ts";

const START_LIMIT_MS = 600_000;

/** Nothing is loaded or sent that is not asked for: what deploy/docker/compose.yaml sets too. */
export const QUIET = {
  ENABLE_OLLAMA_API: "False",
  OFFLINE_MODE: "true",
  HF_HUB_OFFLINE: "1",
  RAG_EMBEDDING_ENGINE: "openai",
  BYPASS_EMBEDDING_AND_RETRIEVAL: "True",
  ENABLE_VERSION_UPDATE_CHECK: "False",
  ANONYMIZED_TELEMETRY: "False",
  // Its own tools are 6,000 tokens of every prompt, more than a small model's whole context.
  DEFAULT_MODEL_METADATA: '{"capabilities": {"builtin_tools": false}}',
} as const;

/** Open WebUI for one person without a password, in front of a server with OpenAI's API. */
export class OpenWebUi {
  readonly url: string;
  /** Its API needs one even then. */
  readonly token: string;
  readonly #program: Program;
  readonly #folder: string;

  private constructor(program: Program, folder: string, url: string, token: string) {
    this.#program = program;
    this.#folder = folder;
    this.url = url;
    this.token = token;
  }

  static async start(behind: { url: string; key: string }): Promise<OpenWebUi> {
    const python = ensureOpenWebUi();
    const folder = mkdtempSync(join(tmpdir(), "retort-open-webui-"));
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const program = await Program.start({
      command: join(dirname(python), "open-webui"),
      args: ["serve", "--host", "127.0.0.1", "--port", String(port)],
      env: {
        ...process.env,
        ...QUIET,
        WEBUI_AUTH: "False",
        WEBUI_SECRET_KEY: randomBytes(16).toString("hex"),
        DATA_DIR: folder,
        CORS_ALLOW_ORIGIN: url,
        OPENAI_API_BASE_URL: `${behind.url}/v1`,
        OPENAI_API_KEY: behind.key,
      },
      cwd: folder,
      readyUrl: `${url}/health`,
      withinMs: START_LIMIT_MS,
    });
    try {
      return new OpenWebUi(program, folder, url, await signIn(url));
    } catch (error) {
      const output = program.output;
      await program.dispose();
      throw new Error(`Signing in failed:\n${output}`, { cause: error });
    }
  }

  /** The last of what it wrote. */
  get output(): string {
    return this.#program.output;
  }

  /** An answer of its API; throws with its words where it is not 2xx. */
  async request(path: string, body?: object): Promise<Response> {
    const reply = await fetch(`${this.url}${path}`, {
      headers: { authorization: `Bearer ${this.token}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
    });
    if (!reply.ok) throw new Error(`${path}: ${reply.status} ${await reply.text()}`);
    return reply;
  }

  async dispose(): Promise<void> {
    await this.#program.dispose();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

async function signIn(url: string): Promise<string> {
  const reply = await fetch(`${url}/api/v1/auths/signin`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ email: "", password: "" }) });
  const { token } = await reply.json() as { token?: string };
  if (token === undefined) throw new Error(`No token: ${reply.status}`);
  return token;
}
