import { asRetortError, isCancelled, RetortError } from "../errors.ts";
import type { HttpConnection } from "./http-connection.ts";
import { type ServerFacts, serverFacts, serverKind } from "./server-facts.ts";
import { type Look, type Looks, LOOKS } from "./server-looks.ts";

/** Pages that only tell are answered at once; one that is not says nothing. */
const LOOK_TIMEOUT_MS = 5000;
/** Only LiteLLM has this page; it is small. */
const GATEWAY = "/health/liveliness";
/** All that is asked of LiteLLM: its `/health` makes every model behind it answer, and describing its routes takes it up to a minute in which it answers nobody. */
const OF_GATEWAY: readonly (typeof LOOKS)[number][] = ["/health/readiness/details"];

/**
 * Which server this is, and what it can do. Reads a few of its pages; no model works for it.
 * Rejects with the connection's error where nothing answers, and with `cancelled`.
 */
export async function probeServer(connection: Pick<HttpConnection, "look">, signal?: AbortSignal): Promise<ServerFacts> {
  const [first, ...others] = LOOKS;
  // The others are asked of a server that is there.
  const looks: Looks = { [first]: await firstLook(connection, first, signal) };
  const look = async (path: (typeof LOOKS)[number]): Promise<void> => {
    const seen = await lookOrNull(connection, path, signal);
    if (seen !== null) looks[path] = seen;
  };
  await look(GATEWAY);
  const rest = serverKind(looks) === "litellm" ? OF_GATEWAY : others.filter((path) => path !== GATEWAY && !OF_GATEWAY.includes(path));
  await Promise.all(rest.map(look));
  return serverFacts(looks);
}

async function firstLook(connection: Pick<HttpConnection, "look">, path: string, signal: AbortSignal | undefined): Promise<Look> {
  try {
    return await connection.look(path, options(signal));
  } catch (error) {
    if (signal?.aborted === true || !isCancelled(error)) throw error;
    throw new RetortError({ code: "connection_timeout", message: `The server did not answer within ${LOOK_TIMEOUT_MS / 1000} s.`, hint: "Check that the address is that of a server with OpenAI's API.", status: 504 }, { cause: error });
  }
}

/** Null: this page does not answer. Only an abort of the whole probe passes on. */
async function lookOrNull(connection: Pick<HttpConnection, "look">, path: string, signal: AbortSignal | undefined): Promise<Look | null> {
  try {
    return await connection.look(path, options(signal));
  } catch (error) {
    if (signal?.aborted === true) throw asRetortError(error);
    return null;
  }
}

function options(signal: AbortSignal | undefined): { signal: AbortSignal } {
  const timeout = AbortSignal.timeout(LOOK_TIMEOUT_MS);
  return { signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]) };
}
