import fc from "fast-check";

function deep(levels: number): unknown {
  let value: unknown = 1;
  for (let i = 0; i < levels; i++) value = [value];
  return value;
}

/** Texts that some program has stumbled over. */
export const HOSTILE_TEXTS = [
  "", " ", "\u0000", "\ud800", "\udc00\ud800", "\u202e", "\ufeff", "💥".repeat(50), "e\u0301".repeat(200), "x".repeat(5000),
  "../../etc/passwd", "file:///etc/passwd", "http://169.254.169.254/latest", "C:\\con", "%00", "%2e%2e/", "${7*7}", "{{ 7*7 }}", "{% raw %}",
  "<think>", "</think>", "<|im_end|>", "<|endoftext|>", "<script>alert(1)</script>", "'; DROP TABLE x;--", "\r\nX-Injected: yes", "\u001b[31m",
  "constructor", "__proto__", "toString", "hasOwnProperty", "null", "NaN", "Infinity", "1e999", "0x10", "١٢٣",
] as const;

const VALUES: readonly unknown[] = [
  null, true, false, 0, -0, -1, 1, 1.5, 2 ** 31, 2 ** 32, 2 ** 53, 2 ** 53 + 2, -(2 ** 63), 1e308, 5e-324,
  [], {}, [null], [[]], [{}], deep(20), deep(63), deep(70), Array.from({ length: 3000 }, () => 1), { a: { b: { c: null } } },
  JSON.parse('{"__proto__":{"admin":true}}'), { constructor: { prototype: {} } }, { toString: 1, valueOf: null }, { length: 2 ** 32 }, { $ref: "http://localhost/x" }, { $ref: "#" },
  { type: "object", properties: { a: { $ref: "#" } } }, { type: "string", pattern: "(a+)+$" }, { type: "string", maxLength: 1e9 }, { enum: Array.from({ length: 500 }, (_, i) => i) },
];

export const hostileText: fc.Arbitrary<string> = fc.oneof(fc.constantFrom(...HOSTILE_TEXTS), fc.string({ unit: "binary", maxLength: 20 }));

export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...VALUES) },
  { weight: 3, arbitrary: hostileText },
  { weight: 1, arbitrary: fc.double() },
  { weight: 1, arbitrary: fc.integer() },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
);
