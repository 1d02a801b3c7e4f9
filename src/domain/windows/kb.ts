/**
 * Reads a KB number as people and tools write it: `KB5034441`, `kb5034441`, `5034441`, `KB 5034441`.
 * Returns its digits, or undefined where the text is no KB: six or seven ASCII digits, nothing else (MSRC's own ids have never had more).
 */
export function parseKb(text: string): string | undefined {
  return /^(?:KB ?)?(\d{6,7})$/i.exec(text.trim())?.[1];
}

/** The Update Catalog's search page for a KB. MSRC's own links name another KB in thousands of rows, so the link is made from the id. */
export function catalogUrl(kb: string): string {
  return `https://catalog.update.microsoft.com/v7/site/Search.aspx?q=KB${kb}`;
}
