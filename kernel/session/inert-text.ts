/** C0 and C1 control characters except tab, newline and carriage return. */
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g;
const SYMBOLS_FOR_CONTROL = 0x2400;

/** Model text for a terminal: control characters become visible signs, so that no text can move a cursor or set a colour. */
export function inertText(text: string): string {
  return text.replaceAll("\r", "").replace(CONTROL, (character) => {
    const code = character.charCodeAt(0);
    if (code < 0x20) return String.fromCharCode(SYMBOLS_FOR_CONTROL + code);
    return code === 0x7f ? "\u2421" : "\ufffd";
  });
}
