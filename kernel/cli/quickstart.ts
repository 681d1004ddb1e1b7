import { join } from "node:path";
import { packageRoot } from "../../runtime/entry.ts";
import type { CommandIo } from "./io.ts";
import { pullCommand } from "./pull.ts";
import { quantizeCommand } from "./quantize.ts";
import { runCommand } from "./run.ts";

const MODEL = "smollm2-135m";
const NOTEBOOK = join("notebooks", "quickstart.ipynb");

/**
 * The first minutes with Retort: fetches the embedded default, makes both precisions, runs the example notebook and
 * says where to go from there. The notebook in the checkout is not changed: the executed copy goes beside it.
 */
export async function quickstartCommand(_args: string[], io: CommandIo): Promise<number> {
  const steps: Array<() => Promise<number>> = [
    () => pullCommand([MODEL], io),
    () => quantizeCommand([MODEL, "--to", "fp16"], io),
    () => quantizeCommand([MODEL, "--to", "int8"], io),
    () => runCommand([join(packageRoot(), NOTEBOOK), "--output", join(packageRoot(), ".cache", "quickstart.ipynb")], io),
  ];
  for (const step of steps) {
    const code = await step();
    if (code !== 0) return code;
  }
  io.stdout.write(NEXT_STEPS);
  return 0;
}

const NEXT_STEPS = `
That was ${NOTEBOOK}, run by a real Jupyter kernel with ${MODEL} on this machine.

Open it yourself:
  VS Code                   npm run vscode     opens the folder notebooks/ with the extension
  JupyterLab                npx retort install registers the kernel for every Jupyter client,
                            then: jupyter lab ${NOTEBOOK}

The main model:             npx retort pull deepseek-r1-1.5b
`;
