// The template process: a chat template is code from a model file, and a hostile one can exhaust the heap, which
// ends a whole process even from a worker thread. So templates run here, where that costs nothing but a restart.
import { asRetortError } from "../errors.ts";
import type { TemplateJob, TemplateReply } from "./template-protocol.ts";
import { TemplateCache } from "./template-render.ts";

const cache = new TemplateCache();

function reply(message: TemplateReply): void {
  process.send?.(message);
}

process.on("message", (job: TemplateJob) => {
  try {
    reply({ kind: "text", text: cache.render(job.template, job.variables) });
  } catch (error) {
    reply({ kind: "error", error: asRetortError(error).fields() });
  }
});
process.on("disconnect", () => process.exit(0));
reply({ kind: "ready" });
