import fc from "fast-check";

import type { HttpCase } from "./http-case.ts";
import { torn } from "./mutate-text.ts";

const METHODS = ["GET", "POST", "HEAD", "OPTIONS", "TRACE", "CONNECT", "PRI", "PROPFIND", "get", "G\u0000T", "M-SEARCH", "", "X".repeat(300)];
const PATHS = ["/", "*", "//", "/../../etc/passwd", "/v1/../v1/models", "/%2e%2e/%2e%2e/etc/passwd", "/v1/models/%00", "/v1/models/%zz", "/v1/models/%c0%ae", "/v1/models/..%2f..", `/v1/models/${"a".repeat(300)}`, "/v1/models/" + "%41".repeat(100), "http://evil.example/health", "https://localhost/v1/models", "localhost:443", "/;/?#", "/\u00ff", "/health\tX", `/${"a/".repeat(4000)}`, `/?${"a=b&".repeat(3000)}`, "/__proto__", "/constructor", "/docs/../openapi.json", "/index.html%00.js", "\\\\server\\share"];
const VERSIONS = ["HTTP/1.1", "HTTP/1.0", "HTTP/0.9", "HTTP/2.0", "HTTP/1.11", "HTTP/1", "http/1.1", "RTSP/1.0", ""];
const HEADERS = [
  "Host: localhost", "Host: localhost", "Host: evil.example", "Host: localhost\r\nHost: evil.example", "Host:", "host : localhost", "Host: localhost, evil.example", "Host: localhost\u0000", "Host: [::1", "Host: 127.0.0.1:99999",
  "Connection: close", "Connection: close", "Connection: keep-alive, close, TE", "Connection: \u00ff", "Proxy-Connection: close", "Keep-Alive: timeout=999999",
  "Content-Length: 0", "Content-Length: +5", "Content-Length: 0x10", "Content-Length: 5, 5", "Content-Length: 5\r\nContent-Length: 5", "Transfer-Encoding: chunked", "Transfer-Encoding: \u000bchunked", "Transfer-Encoding : chunked", "Transfer-Encoding: chunked\r\nContent-Length: 3", "TE: trailers, gzip;q=0",
  "Origin: null", "Origin: https://evil.example", "Origin: http://localhost:99999", "Origin:", "Access-Control-Request-Method: POST\r\nOrigin: https://evil.example", "Access-Control-Request-Private-Network: true",
  "Authorization: Bearer a\r\nAuthorization: Bearer b", "Authorization: Bearer", `Authorization: Bearer ${"x".repeat(9000)}`, "Authorization: \u0000", "Expect: 100-continue", "Expect: \u00ff", "Upgrade: h2c\r\nHTTP2-Settings: AAA\r\nConnection: Upgrade, HTTP2-Settings", "X-Forwarded-Host: evil.example\r\nX-Forwarded-For: 1.2.3.4",
  " folded: no", "\tfolded", "NoColon", ": no name", "X\u0000Y: z", "X-Long: " + "y".repeat(20_000), ...Array.from({ length: 3 }, (_, i) => `X-Many-${i}: 1`),
];

/** Bytes that look like requests to `paths`, more or less. */
export function rawHttpCase(paths: readonly string[], token: string): fc.Arbitrary<HttpCase> {
  const line = fc.tuple(
    fc.oneof(fc.constantFrom("GET", "POST"), fc.constantFrom(...METHODS)),
    fc.oneof(fc.constantFrom(...paths), fc.constantFrom(...PATHS)),
    fc.oneof({ weight: 5, arbitrary: fc.constant("HTTP/1.1") }, { weight: 1, arbitrary: fc.constantFrom(...VERSIONS) }),
  ).map((words) => words.join(" "));
  const head = fc.tuple(line, fc.array(fc.constantFrom(...HEADERS, `Authorization: Bearer ${token}`), { maxLength: 6 })).map(([first, headers]) => `${[first, ...headers].join("\r\n")}\r\n\r\n`);
  const body = fc.constantFrom("", "", "{}", "5\r\nhello\r\n0\r\n\r\n", "0\r\n\r\nGET /health HTTP/1.1\r\nHost: localhost\r\n\r\n", "\u0000".repeat(100));
  const whole = fc.tuple(head, body).map((parts) => parts.join(""));
  const noise = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString("latin1"));
  const tls = fc.constant("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03");
  const text = fc.oneof(
    { weight: 5, arbitrary: whole.map((bytes) => ({ kind: "odd head", bytes })) },
    { weight: 5, arbitrary: torn(whole).map((bytes) => ({ kind: "torn head", bytes })) },
    { weight: 1, arbitrary: noise.map((bytes) => ({ kind: "noise", bytes })) },
    { weight: 1, arbitrary: tls.map((bytes) => ({ kind: "another protocol", bytes })) },
  );
  // Most of these never end by themselves: to wait for the server's patience each time would take the day.
  const then = fc.oneof({ weight: 10, arbitrary: fc.constant("half-close" as const) }, { weight: 2, arbitrary: fc.constant("wait" as const) }, { weight: 1, arbitrary: fc.constant("reset" as const) });
  return fc.tuple(text, then).map(([{ kind, bytes }, ending]) => ({ kind, pieces: [bytes], then: ending }));
}
