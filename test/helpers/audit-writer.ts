// A process that writes an audit log until it is stopped: node --import tsx audit-writer.ts FOLDER RECORDS. Tells its status on stdout.
import { setTimeout as sleep } from "node:timers/promises";
import { AuditLog } from "../../runtime/audit/audit-log.ts";
import { DEFAULT_AUDIT } from "../../runtime/audit/audit-settings.ts";

const [folder = "", records = "0"] = process.argv.slice(2);
const warned: string[] = [];
const log = new AuditLog({ folder, settings: DEFAULT_AUDIT, version: "1", warn: (line) => warned.push(line) });
for (let i = 0; i < Number(records); i++) {
  log.append(() => ({ kind: "request", i, filler: "x".repeat(200) }));
  if (i % 50 === 0) await sleep(1);
}
while (log.status.state === "on" && log.status.written <= Number(records)) await sleep(20);
const before = log.status;
await log.dispose();
console.log(JSON.stringify({ before, after: log.status, warned }));
