/** Text in which neither HTML, nor Markdown, nor TeX finds anything: every punctuation mark and line end as an entity. */
export function encodeAll(text: string): string {
  return text.replace(/[!-/:-@[-`{-~\n]/g, (character) => `&#${character.charCodeAt(0)};`);
}
