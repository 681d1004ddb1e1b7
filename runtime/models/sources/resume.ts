import { readFile, rm, stat } from "node:fs/promises";
import { writeFileAtomic } from "../../file.ts";

/** What identifies the file that an unfinished download came from. */
export interface PartIdentity {
  uri: string;
  /** ETag of the host that serves the bytes. */
  etag?: string;
  /** The hub's own hash of the file. */
  linkedEtag?: string;
  /** Whole size in bytes, where known. */
  total?: number;
}

/** An unfinished download: so many bytes of that file. */
export interface Part extends PartIdentity {
  bytes: number;
}

/** The unfinished download at `path`; undefined when there is none that can be gone on with. */
export async function readPart(path: string, uri: string): Promise<Part | undefined> {
  try {
    const identity = JSON.parse(await readFile(identityPath(path), "utf8")) as PartIdentity;
    const bytes = (await stat(path)).size;
    const usable = identity.uri === uri && bytes > 0 && strongEtag(identity) !== undefined;
    return usable ? { ...identity, bytes } : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT" || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

export async function writePartIdentity(path: string, identity: PartIdentity): Promise<void> {
  await writeFileAtomic(identityPath(path), JSON.stringify(identity));
}

export async function forgetPart(path: string): Promise<void> {
  await rm(identityPath(path), { force: true });
}

/** The ETag for If-Range. A weak one does not promise the same bytes. */
export function strongEtag(identity: PartIdentity): string | undefined {
  return identity.etag === undefined || identity.etag.startsWith("W/") ? undefined : identity.etag;
}

function identityPath(path: string): string {
  return `${path}.json`;
}
