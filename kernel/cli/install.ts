import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { entryPath, packageRoot, packageVersion } from "../../runtime/entry.ts";
import { RetortError } from "../../runtime/errors.ts";
import { runCommandLine, usageError } from "./command.ts";
import type { CommandIo } from "./io.ts";
import { createSpec, findSpecs, removeSpec, writeSpec, type KernelSpecFile } from "./kernelspec.ts";
import { activePrefix, prefixDataFolder, searchFolders, userDataFolder, type Machine } from "./kernelspec-paths.ts";

const HELP = `Usage: retort install [WHERE] [options]

Registers the kernel with Jupyter. Needs no Python.

WHERE
  --user               for this user (default)
  --sys-prefix         into the active virtual or conda environment
  --prefix P           into P/share/jupyter
  --data-dir D         into D/kernels

Options
  --name N             name of the kernelspec (default: retort)
  --display-name T     what notebooks show (default: Retort)
  --env K=V            an environment variable for the kernel; may be repeated
  --force              replace a kernel of that name that Retort has not installed
  --dry-run            say what would be written, and write nothing
  --list               show the installed kernelspecs of Retort
  --uninstall          remove the kernelspec
  --json               machine-readable output
  -h, --help           this text
`;

const OPTIONS = {
  user: { type: "boolean" },
  "sys-prefix": { type: "boolean" },
  prefix: { type: "string" },
  "data-dir": { type: "string" },
  name: { type: "string", default: "retort" },
  "display-name": { type: "string", default: "Retort" },
  env: { type: "string", multiple: true, default: [] as string[] },
  force: { type: "boolean", default: false },
  "dry-run": { type: "boolean", default: false },
  list: { type: "boolean", default: false },
  uninstall: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
} as const;

interface Where {
  user?: boolean | undefined;
  "sys-prefix"?: boolean | undefined;
  prefix?: string | undefined;
  "data-dir"?: string | undefined;
}

/** `retort install`. Errors: `no_environment`, `not_built`, `not_our_kernelspec`, `kernelspec_not_written`. */
export async function installCommand(args: string[], io: CommandIo): Promise<number> {
  return runCommandLine({ help: HELP, options: OPTIONS, words: [0, 0] }, args, io, async ({ values }) => {
    const machine: Machine = { env: io.env, platform: process.platform, home: io.env.HOME || homedir() };
    if (values.list) return list(machine, values.json, io);
    const folder = join(dataFolder(values, machine), "kernels", checkedName(values.name));
    if (values.uninstall) return uninstall(folder, values, io);
    const spec = currentSpec(values["display-name"], parseEnv(values.env));
    if (!values["dry-run"]) await writeSpec(folder, spec, join(packageRoot(), "kernel", "logos"), values.force);
    report(folder, spec, values, machine, io);
    return 0;
  });
}

function dataFolder(where: Where, machine: Machine): string {
  const chosen = [where.user, where["sys-prefix"], where.prefix, where["data-dir"]].filter((choice) => choice !== undefined);
  if (chosen.length > 1) throw usageError("Only one of --user, --sys-prefix, --prefix and --data-dir can be given.");
  if (where["data-dir"] !== undefined) return resolve(where["data-dir"]);
  if (where.prefix !== undefined) return prefixDataFolder(resolve(where.prefix), machine.platform);
  if (!where["sys-prefix"]) return resolve(userDataFolder(machine));
  const prefix = activePrefix(machine.env);
  if (prefix !== undefined) return prefixDataFolder(prefix, machine.platform);
  throw new RetortError({ code: "no_environment", message: "No virtual or conda environment is active.", hint: "Activate one, or use --prefix." });
}

/** Jupyter compares names in lower case. A first letter or digit keeps the folder inside `kernels`. */
function checkedName(name: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name)) throw usageError("--name may hold letters, digits, dots, dashes and underscores, and begins with a letter or digit.");
  return name.toLowerCase();
}

function parseEnv(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(pairs.map((pair) => {
    const [, name, value] = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(pair) ?? [];
    if (name === undefined || value === undefined) throw usageError("--env must have the form NAME=VALUE.");
    return [name, value];
  }));
}

function currentSpec(displayName: string, env: Record<string, string>): KernelSpecFile {
  const kernel = entryPath("kernel");
  if (!existsSync(kernel)) throw new RetortError({ code: "not_built", message: `The kernel's program '${kernel}' is missing.`, hint: "Run 'npm run build'." });
  return createSpec({ node: process.execPath, kernel, displayName, env, version: packageVersion() });
}

function report(folder: string, spec: KernelSpecFile, options: { json: boolean; "dry-run": boolean }, machine: Machine, io: CommandIo): void {
  if (options.json) {
    print(io, JSON.stringify({ folder, written: !options["dry-run"], spec }));
    return;
  }
  print(io, `${options["dry-run"] ? "Would install" : "Installed"} the kernel '${spec.display_name}' in ${folder}`);
  if (options["dry-run"]) print(io, JSON.stringify(spec, null, 2));
  const searched = searchFolders(machine).some((data) => resolve(data, "kernels") === resolve(folder, ".."));
  if (!searched) print(io, `Jupyter finds it when it runs in that environment, or with JUPYTER_PATH=${resolve(folder, "..", "..")}`);
}

async function uninstall(folder: string, options: { force: boolean; json: boolean; "dry-run": boolean }, io: CommandIo): Promise<number> {
  const removed = options["dry-run"] ? existsSync(join(folder, "kernel.json")) : await removeSpec(folder, options.force);
  if (options.json) print(io, JSON.stringify({ folder, removed: removed && !options["dry-run"] }));
  else if (removed) print(io, `${options["dry-run"] ? "Would remove" : "Removed"} ${folder}`);
  else io.stderr.write(`retort install: no kernelspec in ${folder}\n`);
  return removed ? 0 : 1;
}

async function list(machine: Machine, json: boolean, io: CommandIo): Promise<number> {
  const specs = await findSpecs(searchFolders(machine));
  if (json) print(io, JSON.stringify(specs));
  else if (specs.length === 0) print(io, "Retort is not installed as a Jupyter kernel. Run 'retort install'.");
  else for (const { name, folder, spec } of specs) print(io, `${name}  ${spec.display_name} ${spec.metadata.retort.version}  ${folder}`);
  return 0;
}

function print(io: CommandIo, line: string): void {
  io.stdout.write(`${line}\n`);
}
