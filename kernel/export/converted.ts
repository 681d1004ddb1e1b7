/** Something in another form, and in plain words what of it that form cannot hold. */
export interface Converted<T> {
  value: T;
  losses: string[];
}

/** Takes a value out and keeps its losses. */
export function take<T>({ value, losses }: Converted<T>, all: string[]): T {
  all.push(...losses);
  return value;
}
