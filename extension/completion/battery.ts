import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** How old an answer may be, in ms. */
const VALID_MS = 30_000;

/** True when the machine runs on battery. Where that cannot be told it does not. */
export type PowerProbe = () => Promise<boolean>;

/** The supplies that Linux lists; other systems have no such folder. */
export function linuxPowerProbe(folder = "/sys/class/power_supply"): PowerProbe {
  const read = async (supply: string, file: string): Promise<string> => (await readIfThere(join(folder, supply, file)))?.trim() ?? "";
  return async () => {
    const supplies = await Promise.all((await listIfThere(folder)).map(async (name) => ({
      type: await read(name, "type"), scope: await read(name, "scope"), status: await read(name, "status"), online: await read(name, "online"),
    })));
    // The battery of a mouse is a supply, too.
    const own = supplies.filter(({ scope }) => scope !== "Device");
    const plugged = own.some(({ type, online }) => type !== "Battery" && online === "1");
    return !plugged && own.some(({ type, status }) => type === "Battery" && status === "Discharging");
  };
}

/** The last answer of a probe, renewed in the background: nobody waits for it while typing. */
export class Battery {
  readonly #probe: PowerProbe;
  readonly #now: () => number;
  readonly #report: (error: unknown) => void;
  #checkedAt = -Infinity;
  #discharging = false;

  constructor(probe: PowerProbe, now: () => number, report: (error: unknown) => void) {
    this.#probe = probe;
    this.#now = now;
    this.#report = report;
  }

  get discharging(): boolean {
    if (this.#now() - this.#checkedAt > VALID_MS) void this.refresh();
    return this.#discharging;
  }

  async refresh(): Promise<void> {
    this.#checkedAt = this.#now();
    try {
      this.#discharging = await this.#probe();
    } catch (error) {
      this.#report(error);
    }
  }
}

async function listIfThere(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

async function readIfThere(file: string): Promise<string | null> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** A supply may vanish between two reads, and drivers answer ENODEV for what they cannot tell. */
function isMissing(error: unknown): boolean {
  return ["ENOENT", "ENODEV", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "");
}
