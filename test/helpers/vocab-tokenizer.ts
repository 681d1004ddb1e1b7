import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Disposable } from "../../runtime/dispose.ts";
import type { PromptPart } from "../../runtime/engine/engine.ts";
import { encodeEntry } from "../../runtime/models/gguf/encode.ts";
import type { GgufHeader } from "../../runtime/models/gguf/gguf.ts";
import { writeGguf } from "../../runtime/models/gguf/write.ts";

const PROCESS = fileURLToPath(new URL("./vocab-process.ts", import.meta.url));

/** The engine's tokenizer without a model: writes the head's metadata as a file of its own and loads its vocabulary. */
export class VocabTokenizer implements Disposable {
  readonly #child: ChildProcess;
  readonly #folder: string;

  private constructor(child: ChildProcess, folder: string) {
    this.#child = child;
    this.#folder = folder;
  }

  static async load(header: GgufHeader): Promise<VocabTokenizer> {
    const folder = await mkdtemp(join(tmpdir(), "retort-vocab-"));
    const path = join(folder, "vocab.gguf");
    const entries = [...header.metadata].map(([key, value]) => encodeEntry(key, value));
    await writeGguf(path, { entries, tensors: [], alignment: header.alignment });
    const child = fork(PROCESS, [path], { execArgv: ["--import", "tsx"], stdio: ["ignore", "ignore", "inherit", "ipc"] });
    await answer(child);
    return new VocabTokenizer(child, folder);
  }

  /** Token ids of all parts. */
  async tokenize(parts: readonly PromptPart[]): Promise<number[]> {
    const ids: number[] = [];
    for (const part of parts) {
      this.#child.send(part);
      ids.push(...((await answer(this.#child)) as number[]));
    }
    return ids;
  }

  async dispose(): Promise<void> {
    if (this.#child.exitCode === null) {
      this.#child.kill();
      await once(this.#child, "exit");
    }
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** The child's next message. */
async function answer(child: ChildProcess): Promise<unknown> {
  const done = new AbortController();
  const { signal } = done;
  try {
    const ended = once(child, "exit", { signal }).then(() => { throw new Error("The vocabulary process ended."); });
    const [message] = await Promise.race([once(child, "message", { signal }), ended]);
    return message;
  } finally {
    done.abort();
  }
}
