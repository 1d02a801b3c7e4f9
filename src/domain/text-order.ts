/** By code unit, so that the order is the same everywhere: negative, zero or positive as `a` comes before, with or after `b`. */
export function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
