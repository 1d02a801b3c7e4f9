import type { Catalog } from "../domain/catalog/catalog.ts";
import { type Day, parseDay } from "../domain/windows/day.ts";

/** How old the knowledge of a catalog is. */
export interface KnowledgeAge {
  /** `YYYY-MM-DD`, the newest release among its documents; null where none has one */
  readonly revisedOn: string | null;
  /** since then; null where it is not known */
  readonly ageDays: number | null;
}

/** Reckons it by the documents' own dates: one that was revised is new, whatever month it is for. */
export function knowledgeAge({ content }: Catalog, today: Day): KnowledgeAge {
  const newest = content.documents.reduce((last, { currentRelease }) => (currentRelease > last ? currentRelease : last), "");
  if (newest === "") return { revisedOn: null, ageDays: null };
  const revisedOn = newest.slice(0, 10);
  return { revisedOn, ageDays: Math.max(0, today - (parseDay(revisedOn) ?? today)) };
}
