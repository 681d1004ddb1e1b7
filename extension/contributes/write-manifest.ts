// `npm run manifest`: writes what the tables say into package.json and package.nls*.json.
import { readFileSync, writeFileSync } from "node:fs";
import { manifestOf } from "./manifest.ts";
import { PARTS } from "./parts.ts";

const { contributes, nls } = manifestOf(PARTS);
const manifest = JSON.parse(readFileSync("package.json", "utf8")) as Record<string, unknown>;
const write = (name: string, value: unknown): void => writeFileSync(name, `${JSON.stringify(value, null, 2)}\n`);
write("package.json", { ...manifest, contributes });
write("package.nls.json", nls.en);
write("package.nls.zh-cn.json", nls.zh);
