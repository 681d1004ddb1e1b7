/** Bytes of the packed scales and minima of one block of Q4_K or Q5_K. */
export const K_SCALE_BYTES = 12;

/** The 6-bit scale of group `group` (0 to 7) of a block whose packed scales begin at `at`. */
export function groupScale(source: Uint8Array, at: number, group: number): number {
  return group < 4 ? source[at + group]! & 63 : (source[at + group + 4]! & 15) | ((source[at + group - 4]! >> 6) << 4);
}

/** The 6-bit minimum of group `group` (0 to 7) of a block whose packed scales begin at `at`. */
export function groupMinimum(source: Uint8Array, at: number, group: number): number {
  return group < 4 ? source[at + group + 4]! & 63 : (source[at + group + 4]! >> 4) | ((source[at + group]! >> 6) << 4);
}
