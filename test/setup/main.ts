// Installs what the test suites need beyond npm's packages: Python clients, a browser, two VS Code versions.
import { installWorkbench } from "../vscode/workbench/install.ts";
import { LANES } from "../vscode/workbench/lanes.ts";
import { ensureChromium } from "./chromium.ts";
import { ensurePythonEnvironment } from "./python-env.ts";

ensurePythonEnvironment();
ensureChromium();
for (const lane of Object.values(LANES)) await installWorkbench(lane);
