// `npm run wasm`: compiles runtime/models/quant/q8-0.wat into q8-0-code.ts beside it.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../runtime/entry.ts";
import { compileWat } from "../helpers/compile-wat.ts";

const folder = join(packageRoot(), "runtime", "models", "quant");
const text = Buffer.from(await compileWat(join(folder, "q8-0.wat"))).toString("base64");
const lines = (text.match(/.{1,120}/g) ?? []).map((line) => `  "${line}",\n`).join("");
writeFileSync(join(folder, "q8-0-code.ts"), `/** q8-0.wat, compiled by \`npm run wasm\`, in base 64. */\nexport const Q8_CODE = [\n${lines}].join("");\n`);
