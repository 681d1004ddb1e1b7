import { setTimeout as delay } from "node:timers/promises";
import { startKernelProcess } from "../../kernel/jupyter/client/kernel-client.ts";
import { entryPath } from "../../runtime/entry.ts";
import type { RuntimeUnderTest } from "./runtime-under-test.ts";

/** A notebook's prompt cell in a real kernel process, on a runtime that runs already. */
export interface CellUnderTest {
  /** Tokens per second of a whole cell: from the execute request to its reply. */
  tokensPerSecond(question: string, maxTokens: number): Promise<number>;
  /** From the interrupt to the end of the cell, in ms. The interrupt is sent after the first output, or after a delay in ms. */
  interruptMs(question: string, maxTokens: number, when: "first output" | number): Promise<number>;
  dispose(): Promise<void>;
}

export async function cellUnderTest({ env }: RuntimeUnderTest): Promise<CellUnderTest> {
  const kernel = await startKernelProcess({ argv: [process.execPath, entryPath("kernel"), "{connection_file}"], env });
  const cell = (question: string, maxTokens: number): string => `---\ntemperature: 0\nmax_tokens: ${maxTokens}\n---\n${question}`;
  return {
    async tokensPerSecond(question, maxTokens) {
      const begun = performance.now();
      const reply = await kernel.execute(`${cell(question, maxTokens)}`);
      if (reply.status !== "ok") throw new Error(reply.error?.evalue ?? reply.status);
      const seconds = (performance.now() - begun) / 1000;
      const tokens = await kernel.execute("", { silent: true, userExpressions: { n: "_.stats.answer_tokens.mean" } });
      return Number((tokens.userExpressions.n as { data: Record<string, string> }).data["text/plain"]) / seconds;
    },
    async interruptMs(question, maxTokens, when) {
      let begun: (() => void) | undefined;
      const output = new Promise<void>((resolve) => (begun = resolve));
      const done = kernel.execute(cell(question, maxTokens), { onOutput: () => begun?.() });
      await (when === "first output" ? output : delay(when));
      const asked = performance.now();
      await kernel.interrupt();
      const reply = await done;
      if (reply.error?.ename !== "KeyboardInterrupt") throw new Error(`The cell ended before the interrupt: ${reply.status}.`);
      return performance.now() - asked;
    },
    dispose: () => kernel.dispose(),
  };
}
