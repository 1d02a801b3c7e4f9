/** The texts without repetition, in their order; a list of their own. Most lists of a device have one text or none. */
export function distinct(texts: readonly string[]): string[] {
  return texts.length < 2 ? [...texts] : [...new Set(texts)];
}
