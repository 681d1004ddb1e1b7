// `npm run manifest`: writes what the tables say into package.json, package.nls*.json and docs/settings.md.
import { readFileSync, writeFileSync } from "node:fs";
import { manifestOf } from "./manifest.ts";
import { PARTS } from "./parts.ts";
import { settingsPage } from "./settings-page.ts";

const { contributes, capabilities, nls } = manifestOf(PARTS);
const manifest = JSON.parse(readFileSync("package.json", "utf8")) as Record<string, unknown>;
const write = (name: string, value: unknown): void => writeFileSync(name, `${JSON.stringify(value, null, 2)}\n`);
write("package.json", { ...manifest, contributes, capabilities });
write("package.nls.json", nls.en);
write("package.nls.zh-cn.json", nls.zh);
writeFileSync("docs/settings.md", settingsPage(PARTS));
