import type { CallMarkers } from "./engine.ts";

/**
 * The grammar of one value made into that of several, each between its markers. One value may also stand alone where
 * no marker was written yet, and the last closing marker may be missing where one was: both end the text at once.
 */
export function callGrammar(value: string, { open, close, most, isOpen }: CallMarkers): string {
  const [first, last] = [JSON.stringify(open), JSON.stringify(close)];
  const more = `(call-space ${first} call-space one-call call-space ${last}){0,${most - 1}}`;
  const closed = `call-space one-call call-space ${last} ${more}`;
  const root = isOpen ? `call-space one-call | ${closed}` : `call-space one-call | call-space ${first} ${closed}`;
  return `root ::= ${root}\ncall-space ::= [ \\n]{0,2}\n${value.replace(/^root ::=/, "one-call ::=")}`;
}
