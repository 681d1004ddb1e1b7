/** The `%` commands as data: what completion, `%help`, `-h` and validation know of them. Twelve at most. */

export interface CommandArgument {
  name: string;
  required: boolean;
  /** The words that may stand here; `models`, `keys` and `commands` are looked up. Undefined: anything. */
  values?: readonly string[] | "models" | "keys";
  /** Takes all words to the end of the line. */
  rest?: boolean;
}

export interface CommandSpec {
  name: string;
  args: readonly CommandArgument[];
  /** Flags such as `--stderr`. `-h` and `--help` go without saying. */
  flags: readonly string[];
  usage: string;
  help: string;
}

export const COMMANDS: readonly CommandSpec[] = [
  { name: "help", args: [{ name: "key", required: false, values: "keys" }], flags: [], usage: "%help [key or command]",
    help: "Explains the cell language, one key of the front matter, or one command." },
  { name: "status", args: [], flags: [], usage: "%status", help: "Shows the runtime, the loaded models, devices and memory." },
  { name: "models", args: [{ name: "model", required: false, values: "models" }], flags: [], usage: "%models [MODEL]",
    help: "Lists the models, their precisions and what is installed; or shows one model's rules, defaults and sources." },
  { name: "load", args: [{ name: "model", required: true, values: "models" }, { name: "precision", required: false, values: ["fp16", "int8", "q4"] }], flags: [],
    usage: "%load MODEL [fp16|int8|q4]", help: "Loads a model now, so that the next prompt does not wait for it." },
  { name: "unload", args: [{ name: "model", required: false, values: "models" }], flags: [], usage: "%unload [MODEL]",
    help: "Frees the memory of a model, or of all." },
  { name: "precision", args: [{ name: "precision", required: false, values: ["fp16", "int8", "q4"] }], flags: [], usage: "%precision [fp16|int8|q4]",
    help: "Sets the precision for the cells that follow, or shows it." },
  { name: "defaults", args: [{ name: "settings", required: false, values: "keys", rest: true }], flags: ["--clear"],
    usage: "%defaults [key=value ...] [--clear]", help: "Sets defaults for all prompt cells of this notebook, shows them, or forgets them." },
  { name: "trace", args: [{ name: "which", required: false, values: ["last"] }], flags: [], usage: "%trace last",
    help: "Shows the last prompt as it was sent, its settings with their sources, its timing, and every message of its last answer with its time." },
  { name: "export", args: [{ name: "format", required: false, values: ["text", "prompty", "prompt", "prompt.yml"] }, { name: "name", required: false }], flags: [],
    usage: "%export [text|prompty|prompt|prompt.yml] [NAME]",
    help: "Prints the cells that ran as one Markdown text, for review; or the prompt cell NAME (else the last one) as a prompt file." },
  { name: "reset", args: [], flags: [], usage: "%reset", help: "Forgets all variables, results and defaults. Models stay loaded." },
  { name: "echo", args: [{ name: "text", required: false, rest: true }], flags: ["--stderr"], usage: "%echo [--stderr] TEXT",
    help: "Prints the text, without a model." },
  { name: "param", args: [{ name: "assignment", required: true, rest: true }], flags: [], usage: "%param name = value",
    help: "Sets a variable to a JSON or Python literal." },
];

export const COMMAND_NAMES: readonly string[] = COMMANDS.map((command) => command.name);

export function findCommand(name: string): CommandSpec | undefined {
  return COMMANDS.find((command) => command.name === name);
}

/** What `%command -h` prints. */
export function commandHelp(command: CommandSpec): string {
  return `${command.usage}\n    ${command.help}`;
}
