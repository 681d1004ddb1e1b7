import { connectRemote } from "../../runtime/client/connect.ts";
import { PRESETS, serverUrl } from "../../runtime/client/presets.ts";
import { serverLines } from "../../runtime/client/server-text.ts";
import { runCommandLine, usageError } from "./command.ts";
import type { CommandIo } from "./io.ts";

const HELP = `Usage: retort probe [SERVER] [--json]

Tells which server answers at an address and what it can do, without a word from a model. SERVER is an address such as
http://gpu-box:8000, or one of these names for a server at its usual place on this machine:
${Object.keys(PRESETS).join(", ")}. Default: RETORT_URL. The key is taken from RETORT_API_KEY.

  --json       as JSON
  -h, --help   this text
`;

/** `retort probe`. Exit code 1 where the key is refused. Errors: those of the connection. */
export async function probeCommand(args: string[], io: CommandIo): Promise<number> {
  return runCommandLine({ help: HELP, options: { json: { type: "boolean" } }, words: [0, 1] }, args, io, async ({ values, positionals }) => {
    const given = positionals[0] ?? (io.env.RETORT_URL || undefined);
    if (given === undefined) throw usageError("There is no SERVER, and RETORT_URL is not set.");
    const client = connectRemote({ url: serverUrl(given), key: io.env.RETORT_API_KEY || null });
    try {
      const facts = await client.probe(io.signal);
      io.stdout.write(values.json === true ? `${JSON.stringify(facts, null, 1)}\n` : `${client.url}: ${serverLines(facts).join("\n")}\n`);
      return facts.keyRefused ? 1 : 0;
    } finally {
      await client.dispose();
    }
  });
}
