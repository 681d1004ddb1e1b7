import { type Agent, request } from "node:http";
import type { Shot } from "./load-order.ts";

interface Told {
  usage?: { prompt_tokens: number; completion_tokens: number; prompt_tokens_details?: { cached_tokens?: number } } | null;
  timings?: { cache_n?: number };
}

/**
 * Sends one streaming completion and notes when its text comes. Events are only looked through while they come, and
 * read when all are there: whoever loads a server of the same machine takes time from it.
 */
export function shoot(target: { url: string; key: string; agent: Agent }, body: object, index: number, plannedAt: number | null): Promise<Shot> {
  const sentAt = performance.now();
  const shot: Shot = { index, plannedAt: plannedAt ?? sentAt, sentAt, status: 0, firstAt: null, lastAt: null, endAt: sentAt, promptTokens: 0, cachedTokens: 0, tokens: 0, error: null };
  return new Promise((resolve) => {
    const done = (error: string | null): void => resolve({ ...shot, endAt: performance.now(), error });
    const outgoing = request(`${target.url}/v1/completions`, {
      method: "POST", agent: target.agent, headers: { "content-type": "application/json", authorization: `Bearer ${target.key}` },
    }, (reply) => {
      shot.status = reply.statusCode ?? 0;
      let text = "";
      reply.setEncoding("utf8");
      reply.on("data", (chunk: string) => {
        text += chunk;
        if (!chunk.includes('"text":"') || chunk.startsWith("data: [DONE]")) return;
        shot.lastAt = performance.now();
        shot.firstAt ??= shot.lastAt;
      });
      reply.on("end", () => {
        if (shot.status !== 200) return done(`status ${shot.status}: ${text.slice(0, 200)}`);
        if (!text.includes("data: [DONE]")) return done(`the stream ended without its marker: ${text.slice(-200)}`);
        done(read(text, shot));
      });
      reply.on("error", (error) => done(error.message));
    });
    outgoing.on("error", (error) => done(error.message));
    outgoing.end(JSON.stringify({ ...body, stream: true, stream_options: { include_usage: true } }));
  });
}

/** Takes the counts from the event that has them. Returns what is missing, or null. */
function read(text: string, shot: Shot): string | null {
  const line = text.split("\n").findLast((one) => one.startsWith("data: {") && one.includes('"usage":{'));
  if (line === undefined) return "no usage was told";
  const { usage, timings } = JSON.parse(line.slice("data: ".length)) as Told;
  shot.promptTokens = usage?.prompt_tokens ?? 0;
  shot.tokens = usage?.completion_tokens ?? 0;
  shot.cachedTokens = usage?.prompt_tokens_details?.cached_tokens ?? timings?.cache_n ?? 0;
  return null;
}
