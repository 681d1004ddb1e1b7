import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { extname, join } from "node:path";

import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

import { RetortError } from "../../errors.ts";
import type { ApiContext } from "../context.ts";

interface PageFile {
  type: string;
  body: Buffer;
  etag: string;
}

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};
const INDEX = "index.html";

/**
 * Only the page's own files run and are shown, it talks to this server only, and nobody may put it into a frame. Text
 * becomes HTML by the one policy `retort`, which the page gives to its renderer.
 */
const POLICY = [
  "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "font-src 'self'", "connect-src 'self'",
  "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'", "require-trusted-types-for 'script'", "trusted-types retort",
].join("; ");
const PLAIN_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const HEADERS = {
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "no-cache",
};

/**
 * `GET /` and `/chat/…`: the chat page. Its files hold no secret, and a browser cannot send a key with its first request,
 * so they are for everyone; the page asks the person for the key and sends it with its own requests.
 */
export function chatPageRoutes(app: FastifyInstance, { pageFolder, version }: ApiContext): void {
  let files: Promise<ReadonlyMap<string, PageFile>> | undefined;
  const read = (): Promise<ReadonlyMap<string, PageFile>> => files ??= readPage(pageFolder);

  app.get("/", {
    config: { isPublic: true, doc: { group: "Retort", summary: "The chat page.", returns: "A page for a browser.", type: "text/html" } },
  }, async (request, reply) => {
    const index = (await read()).get(INDEX);
    if (index === undefined) return reply.headers({ ...HEADERS, "content-security-policy": PLAIN_POLICY }).type("text/html; charset=utf-8").send(plainPage(version));
    return send(request, reply, index);
  });

  app.get<{ Params: { file: string } }>("/chat/:file", { config: { isPublic: true } }, async (request, reply) => {
    const file = (await read()).get(request.params.file);
    if (file === undefined) throw new RetortError({ code: "not_found", message: "The chat page has no such file.", hint: "The page is at /.", status: 404 });
    return send(request, reply, file);
  });
}

function send(request: FastifyRequest, reply: FastifyReply, { type, body, etag }: PageFile): FastifyReply {
  void reply.headers({ ...HEADERS, "content-security-policy": POLICY, etag });
  if (request.headers["if-none-match"] === etag) return reply.code(304).send();
  return reply.type(type).send(body);
}

/** The files of the built page by name; none where it was left out, as in the VS Code extension. */
async function readPage(folder: string): Promise<ReadonlyMap<string, PageFile>> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  const files = await Promise.all(names.flatMap((name) => {
    const type = TYPES[extname(name)];
    return type === undefined ? [] : [readPageFile(join(folder, name), name, type)];
  }));
  return new Map(files);
}

async function readPageFile(path: string, name: string, type: string): Promise<[name: string, file: PageFile]> {
  const body = await readFile(path);
  return [name, { type, body, etag: `"${createHash("sha256").update(body).digest("base64url")}"` }];
}

function plainPage(version: string): string {
  return `<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Retort</title></head>
<body>
<h1>Retort ${version}</h1>
<p>The runtime is here, without the chat page: this installation does not hold it. <code>retort serve</code> of the command-line package has it.</p>
<p>OpenAI clients use the address of this page with <code>/v1</code>. <a href="docs">All routes</a></p>
</body>
</html>
`;
}
