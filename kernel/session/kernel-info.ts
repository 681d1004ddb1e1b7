import type { KernelInfo } from "../jupyter/interpreter.ts";

/** What front ends show of the kernel and its language. */
export function kernelInfo(version: string): KernelInfo {
  return {
    implementation: "retort",
    implementationVersion: version,
    banner: `Retort ${version}: a cell is a prompt for a language model on this machine. %help tells more.`,
    language: {
      name: "retort",
      version,
      mimetype: "text/markdown",
      file_extension: ".retort.md",
      pygments_lexer: "markdown",
      codemirror_mode: "markdown",
    },
    helpLinks: [],
  };
}
