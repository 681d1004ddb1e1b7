const CLOSER_OF: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };

export interface Unmatched {
  /** Closing brackets without an opening one, in order, with where they stand. */
  closers: { char: string; at: number }[];
  /** The closing brackets that are still wanted, the innermost last. */
  wanted: string[];
}

/** The brackets of `code` that have no partner in it. Comments and strings must be blanked out. */
export function unmatchedBrackets(code: string): Unmatched {
  const closers: Unmatched["closers"] = [];
  const wanted: string[] = [];
  for (let at = 0; at < code.length; at++) {
    const char = code[at] as string;
    if (char in CLOSER_OF) wanted.push(CLOSER_OF[char] as string);
    else if (")]}".includes(char)) {
      if (wanted[wanted.length - 1] === char) wanted.pop();
      else closers.push({ char, at });
    }
  }
  return { closers, wanted };
}
