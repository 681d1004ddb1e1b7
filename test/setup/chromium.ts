import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

const CANDIDATES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"];

/** Path of a Chromium for the browser tests; installs the distribution's package where it may. */
export function ensureChromium(): string {
  const found = findChromium();
  if (found !== undefined) return found;
  console.log("Installing chromium for the browser tests (once, under a minute) …");
  const sudo = process.getuid?.() === 0 ? [] : ["sudo", "-n"];
  for (const words of [["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"]]) {
    const [command = "", ...args] = [...sudo, ...words];
    spawnSync(command, args, { stdio: ["ignore", "ignore", "inherit"], env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } });
  }
  const installed = findChromium();
  if (installed === undefined) throw new Error("The browser tests need Chromium: install your distribution's chromium package, or set RETORT_CHROMIUM to its path.");
  return installed;
}

function findChromium(): string | undefined {
  return [process.env.RETORT_CHROMIUM, ...CANDIDATES].find((path) => path !== undefined && existsSync(path));
}
