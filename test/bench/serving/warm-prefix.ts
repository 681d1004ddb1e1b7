import { type BenchRow, format, median, ratioRow } from "../bench.ts";
import { longPrompt } from "../prompts.ts";
import { Agent } from "node:http";
import type { Shot } from "./load-order.ts";
import { shoot } from "./shoot.ts";
import { fixedReply, type Side, type Target } from "./targets.ts";

const PREFIX_TOKENS = 1000;
const REPLY_TOKENS = 4;

/** The same long beginning again with another end: the time to the first token on both servers, by turns. */
export async function warmPrefixRows(targets: Record<Side, Target>, rounds: number, name: string): Promise<BenchRow[]> {
  const warm: Record<Side, Shot[]> = { ours: [], peer: [] };
  for (let round = -1; round < rounds; round++) {
    const order: Side[] = round % 2 === 0 ? ["ours", "peer"] : ["peer", "ours"];
    for (const side of order) {
      const shot = await secondTime(targets[side], round);
      if (round >= 0) warm[side].push(shot);
    }
  }
  const ttft = (side: Side): number[] => warm[side].map(({ firstAt, sentAt }) => (firstAt ?? Number.NaN) - sentAt);
  const told = (side: Side): string => {
    const shots = warm[side];
    return `${format(median(ttft(side)))} ms, ${median(shots.map(({ cachedTokens }) => cachedTokens))} of ${median(shots.map(({ promptTokens }) => promptTokens))} tokens cached`;
  };
  return [{ ...ratioRow(`warm-prefix TTFT, Retort / llama-server, ${name}`, "ms", ttft("ours"), ttft("peer"), { atMost: 1 }), ours: told("ours"), peer: told("peer") }];
}

async function secondTime(target: Target, round: number): Promise<Shot> {
  const agent = new Agent({ keepAlive: false });
  const prefix = longPrompt(PREFIX_TOKENS, 7_000_000 + round);
  const ask = async (prompt: string): Promise<Shot> => {
    const shot = await shoot({ ...target, agent }, { ...fixedReply(target, REPLY_TOKENS), prompt }, 0, null);
    if (shot.error !== null) throw new Error(`warm prefix: ${shot.error}`);
    return shot;
  };
  try {
    await ask(prefix);
    return await ask(`${prefix} four, five,`);
  } finally {
    agent.destroy();
  }
}
