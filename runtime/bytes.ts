const UNITS = ["B", "kB", "MB", "GB", "TB"] as const;
/** From here on the next unit is shorter once it is rounded. */
const NEXT_UNIT = 999.5;

/** Bytes in decimal units with three figures, as disks and this project's tables have them: `98.4 MB`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= NEXT_UNIT && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 || value >= 99.95 ? value.toFixed(0) : value.toPrecision(3)} ${UNITS[unit]}`;
}
