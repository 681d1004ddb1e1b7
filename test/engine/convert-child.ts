/** Converts one file and prints the process's largest resident memory in bytes. */
import { convertGguf } from "../../runtime/models/convert.ts";

const [from, to] = process.argv.slice(2);
if (from === undefined || to === undefined) throw new Error("usage: convert-child FROM TO");
await convertGguf({ from, to, precision: "int8" });
console.log(process.resourceUsage().maxRSS * 1024);
