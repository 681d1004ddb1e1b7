import { execFileSync } from "node:child_process";

/** Takes a file out of the system's page cache, so that the next load reads the disk. With GNU dd; throws where it is another. */
export function dropFromPageCache(path: string): void {
  execFileSync("dd", [`if=${path}`, "iflag=nocache", "count=0"], { stdio: "ignore" });
}
