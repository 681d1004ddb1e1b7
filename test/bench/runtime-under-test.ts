import { RuntimeClient, type RuntimeClientOptions } from "../../runtime/client/runtime-client.ts";
import { startServe } from "../helpers/serve-process.ts";

const KEY = "bench";

/** A served runtime and a client of it. */
export interface RuntimeUnderTest {
  client: RuntimeClient;
  dispose(): Promise<void>;
}

/** Starts `retort serve` with one model loaded, as a user's own runtime would be. */
export async function startRuntimeUnderTest(model: string, args: string[] = []): Promise<RuntimeUnderTest> {
  const serve = await startServe(["--model", model, "--api-key", KEY, ...args]);
  const options: RuntimeClientOptions = { local: true, endpoint: { url: serve.url, token: KEY } };
  const client = new RuntimeClient(options);
  return {
    client,
    async dispose() {
      await client.dispose();
      await serve.dispose();
    },
  };
}
