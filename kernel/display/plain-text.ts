/** Escape sequences of terminals: CSI (colours, cursor), OSC (titles, links), and the two-character ones. */
const ANSI = /\u001b\[[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]{0,2000}(?:\u0007|\u001b\\)|\u001b[ -/]*[0-~]|\u009b[0-?]*[ -/]*[@-~]/g;
/** Control characters other than tab and newline. */
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;
/** Characters that take two columns in a terminal: East Asian wide forms and emoji. */
const WIDE = /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;

/** Text without terminal codes and other control characters. Line ends become `\n`. */
export function plainText(text: string): string {
  return text.replace(/\r\n?/g, "\n").replace(ANSI, "").replace(CONTROL, "");
}

/** Columns that a line takes in a terminal. */
export function displayWidth(line: string): number {
  let width = 0;
  for (const character of line) width += WIDE.test(character) ? 2 : 1;
  return width;
}

/** `line` filled up with spaces to `width` columns. */
export function pad(line: string, width: number, align: "left" | "right"): string {
  const spaces = " ".repeat(Math.max(0, width - displayWidth(line)));
  return align === "left" ? line + spaces : spaces + line;
}
