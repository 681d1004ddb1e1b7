// Installs the workbenches that are named on the command line, or all.
import { installWorkbench } from "./install.ts";
import { LANES, type LaneName } from "./lanes.ts";

const names = process.argv.length > 2 ? process.argv.slice(2) as LaneName[] : (Object.keys(LANES) as LaneName[]);
for (const name of names) await installWorkbench(LANES[name]);
