import { randomBytes } from "node:crypto";
import { lstat, mkdir, open, readdir, rename, rm, utimes } from "node:fs/promises";
import { join } from "node:path";

import { readTextIfThere, writeFileAtomic } from "../file.ts";
import { sha256File } from "../models/hash.ts";

/** What stands beside a saved state: the state is used only if it is this very file. */
interface Seal {
  bytes: number;
  sha256: string;
}

/** A saved state. `family`: the model and the settings that it is for. */
export interface PrefixFile {
  name: string;
  family: string;
  bytes: number;
  /** When it was last of use, ms. */
  usedAt: number;
}

const NAME = /^([0-9a-f]{32})-[0-9a-f]{32}$/;
const STATE = ".kv";
const SEAL = ".json";
/** What a process left that was killed while it saved. */
const TEMPORARY = /\.tmp$/;
const ABANDONED_MS = 3_600_000;
const OTHERS = 0o077;

/** The folder of saved states: for nobody but its owner, each state with a seal beside it. */
export class PrefixFiles {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Last used first. Throws what the file system says. */
  async list(): Promise<PrefixFile[]> {
    const names = await readdir(this.folder).catch((error: NodeJS.ErrnoException) => { if (error.code === "ENOENT") return []; throw error; });
    const files: PrefixFile[] = [];
    for (const file of names) {
      const info = await lstat(join(this.folder, file)).catch(() => undefined);
      if (info === undefined) continue;
      if (TEMPORARY.test(file) && Date.now() - info.mtimeMs > ABANDONED_MS) await rm(join(this.folder, file), { force: true });
      const name = file.endsWith(STATE) ? file.slice(0, -STATE.length) : "";
      const family = NAME.exec(name)?.[1];
      if (family !== undefined) files.push({ name, family, bytes: info.size, usedAt: info.mtimeMs });
    }
    return files.sort((a, b) => b.usedAt - a.usedAt);
  }

  /** Path of the state, if it is the one that was sealed, a plain file, and nobody else could have written it. Else null. */
  async sealed(name: string): Promise<string | null> {
    const path = join(this.folder, name + STATE);
    const info = await lstat(path);
    const mine = process.getuid === undefined || (info.uid === process.getuid() && (info.mode & OTHERS) === 0);
    if (!info.isFile() || !mine) return null;
    const seal = parsed(await readTextIfThere(join(this.folder, name + SEAL)));
    return seal?.bytes === info.size && (await sha256File(path)) === seal.sha256 ? path : null;
  }

  /** Lets `write` fill a new file and seals it. False where `write` had nothing to write. Nothing is left after a failure. */
  async add(name: string, write: (path: string) => Promise<number | null>): Promise<boolean> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const temporary = join(this.folder, `${name}.${randomBytes(4).toString("hex")}.tmp`);
    try {
      await (await open(temporary, "wx", 0o600)).close();
      const bytes = await write(temporary);
      if (bytes === null) return false;
      const seal: Seal = { bytes, sha256: await sha256File(temporary) };
      await writeFileAtomic(join(this.folder, name + SEAL), JSON.stringify(seal), 0o600);
      await rename(temporary, join(this.folder, name + STATE));
      return true;
    } finally {
      await rm(temporary, { force: true });
    }
  }

  async touch(name: string): Promise<void> {
    const now = new Date();
    await utimes(join(this.folder, name + STATE), now, now);
  }

  async remove(name: string): Promise<void> {
    await rm(join(this.folder, name + STATE), { force: true });
    await rm(join(this.folder, name + SEAL), { force: true });
  }
}

function parsed(text: string | undefined): Seal | undefined {
  try {
    const seal = JSON.parse(text ?? "") as Partial<Seal> | null;
    return typeof seal?.bytes === "number" && typeof seal.sha256 === "string" ? { bytes: seal.bytes, sha256: seal.sha256 } : undefined;
  } catch {
    // A damaged seal is as good as none.
    return undefined;
  }
}
