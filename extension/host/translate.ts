/** `vscode.l10n.t`, handed to the pure parts: `{0}` in the message stands for the first argument. */
export type Translate = (message: string, ...args: Array<string | number>) => string;

/** English, for tests and for reports that are sent to somebody else. */
export const english: Translate = (message, ...args) => message.replace(/\{(\d+)\}/g, (whole, index: string) => String(args[Number(index)] ?? whole));
