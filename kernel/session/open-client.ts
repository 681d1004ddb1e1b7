import type { Backend } from "../experiment/model.ts";
import { serverUrl } from "../../runtime/client/presets.ts";
import { RetortError } from "../../runtime/errors.ts";
import type { OpenClient } from "./runtime-access.ts";

/** The user's own runtime, or the server that `RETORT_URL` names. The code behind it is loaded with the first use. */
export function openClient(env: NodeJS.ProcessEnv): OpenClient {
  return openBackends(env)[usualBackend(env)];
}

/** Where a notebook goes that names no back end. */
export function usualBackend({ RETORT_URL: url }: NodeJS.ProcessEnv): Backend {
  return url !== undefined && url !== "" ? "remote" : "local";
}

/** Both back ends. Opening the remote one fails with `no_remote` where `RETORT_URL` is not set. */
export function openBackends(env: NodeJS.ProcessEnv): Record<Backend, OpenClient> {
  return {
    local: async (onStep, signal) => {
      const { connectRuntime } = await import("../../runtime/client/connect.ts");
      return await connectRuntime({ onProgress: onStep, signal, client: "kernel" });
    },
    remote: async () => {
      const { connectRemote } = await import("../../runtime/client/connect.ts");
      const { RETORT_URL: url, RETORT_API_KEY: key } = env;
      if (url !== undefined && url !== "") return connectRemote({ url: serverUrl(url), key: key === undefined || key === "" ? null : key });
      throw new RetortError({ code: "no_remote", message: "There is no remote server.", hint: "Start the kernel with RETORT_URL set to its address (and RETORT_API_KEY to its key), or write `backend: local`.", status: 400, param: "backend" });
    },
  };
}
