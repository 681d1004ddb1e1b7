import { retortPaths } from "../../runtime/paths.ts";
import { AnswerCache, cacheFolder, MAX_CACHE_BYTES } from "../session/answer-cache.ts";
import { runCommandLine, usageError } from "./command.ts";
import { formatBytes } from "./format.ts";
import type { CommandIo } from "./io.ts";

const HELP = `Usage: retort cache [clear]

Shows how many answers the cache of \`cache: on\` holds, or removes all of them.

  -h, --help   this text
`;

/** `retort cache`. */
export async function cacheCommand(args: string[], io: CommandIo): Promise<number> {
  return runCommandLine({ help: HELP, options: {}, words: [0, 1] }, args, io, async ({ positionals: [action] }) => {
    if (action !== undefined && action !== "clear") throw usageError(`${JSON.stringify(action)} is not \`clear\`.`);
    const cache = new AnswerCache(cacheFolder(retortPaths(io.env).state));
    const { answers, bytes } = await cache.size();
    if (action === "clear") await cache.clear();
    io.stdout.write(`${answers} answers, ${formatBytes(bytes)} of at most ${formatBytes(MAX_CACHE_BYTES)}${action === "clear" ? ": removed" : `, in ${cache.folder}`}\n`);
    return 0;
  });
}
