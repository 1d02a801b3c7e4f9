/** The digits of a remediation's Description when it is a KB: `5031361` or `KB5031361`. An 8-digit number (15498768) is none. */
export function parseKbNumber(description: string): string | undefined {
  return /^(?:KB)?([0-9]{6,7})$/.exec(description.trim())?.[1];
}

/** Looks as if a KB was meant, though it is none: worth a warning. Release Notes, Click to Run and package names are not. */
export function looksLikeKb(description: string): boolean {
  return /^\s*KB/i.test(description) || /\p{Nd}{5}/u.test(description);
}

/**
 * The KBs in a wire's Supercedence, each once and in order, without the update itself. Seen there: one id, `N; N`, `N, N`,
 * `MS16-077, N`, `N<br><br>N`, `None`, versions and truncated ids.
 */
export function parseSupersededKbs(supercedence: string, kb: string): string[] {
  // 26 % of rows have none
  if (supercedence === "") return [];
  const found = new Set(supercedence.match(/(?<![\d-])[0-9]{6,7}(?!\d)/g));
  found.delete(kb);
  return [...found];
}
