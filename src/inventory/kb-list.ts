import { ProductError } from "../domain/errors.ts";
import { parseKbEntry } from "./kb-entry.ts";
import { LIMITS } from "./limits.ts";
import type { ProblemList } from "./problem-list.ts";

/**
 * The KBs of a list, without repetition. Entries that name none are told by their place and left out.
 * @throws ProductError `too-large` beyond what one device can have
 */
export function gatherKbs(entries: readonly string[], placeOf: (index: number) => string, problems: ProblemList): readonly string[] {
  const kbs = new Set<string>();
  for (const [index, entry] of entries.entries()) {
    const kb = parseKbEntry(entry);
    if (kb === undefined) problems.add(`${placeOf(index)} names no KB and was left out`, { field: placeOf(index) });
    else kbs.add(kb);
  }
  checkKbCount(kbs.size, problems.source);
  return [...kbs];
}

/** @throws ProductError `too-large` for more KBs than one device can have */
export function checkKbCount(count: number, source: string): void {
  if (count <= LIMITS.kbsPerDevice) return;
  throw new ProductError("too-large", `more than ${LIMITS.kbsPerDevice} KBs for one device`, {
    place: { source, field: "installedKbs" },
  });
}
