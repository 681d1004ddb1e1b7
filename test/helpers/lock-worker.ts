// One of several processes that take the same lock in turn: `lock-worker.ts LOCK COUNTER ROUNDS`, or `… hold` to keep it.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { acquireLock } from "../../runtime/lock.ts";

const [lockPath = "", counterPath = "", rounds = "0"] = process.argv.slice(2);

if (rounds === "hold") {
  await acquireLock(lockPath);
  process.stdout.write("held\n");
  await sleep(60_000);
}
for (let round = 0; round < Number(rounds); round++) {
  const lock = await acquireLock(lockPath);
  // Fails when another process is inside at the same time.
  writeFileSync(`${counterPath}.inside`, "", { flag: "wx" });
  const count = Number(readFileSync(counterPath, "utf8"));
  await sleep(1);
  writeFileSync(counterPath, String(count + 1));
  rmSync(`${counterPath}.inside`);
  await lock.dispose();
}
