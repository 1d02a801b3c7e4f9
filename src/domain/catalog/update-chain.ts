import { compareTexts } from "../text-order.ts";
import { printDay } from "../windows/day.ts";
import type { Catalog } from "./catalog.ts";

/** An update beside another one, so many steps before or behind it. */
export interface ChainLink {
  /** digits */
  readonly id: string;
  /** negative: what it replaces, directly (-1) or by what that replaces; positive: what replaces it; 0: itself */
  readonly step: number;
  /** `YYYY-MM-DD`; null for an update that no document has */
  readonly releasedOn: string | null;
  /** those links of the chain that it replaces */
  readonly supersedes: readonly string[];
}

/** A chain goes so many steps each way, and has so many links a step. */
const mostSteps = 3;
const mostBeside = 4;

interface Succession {
  readonly before: ReadonlyMap<string, ReadonlySet<string>>;
  readonly after: ReadonlyMap<string, ReadonlySet<string>>;
}

const successions = new WeakMap<Catalog, Succession>();

/** What an update replaces and what replaces it, as MSRC names it over all products; earliest step first, newest first within a step. */
export function updateChain(catalog: Catalog, kb: string): readonly ChainLink[] {
  const succession = successionOf(catalog);
  const steps = new Map<string, number>([[kb, 0]]);
  walk(catalog, succession.before, kb, -1, steps);
  walk(catalog, succession.after, kb, 1, steps);
  const links = [...steps].map(([id, step]) => ({
    id,
    step,
    releasedOn: releasedOn(catalog, id),
    supersedes: [...(succession.before.get(id) ?? [])].filter((other) => steps.has(other)).sort(compareTexts),
  }));
  return links.sort((a, b) => a.step - b.step || byNewest(a, b));
}

function walk(catalog: Catalog, next: Succession["before"], from: string, sign: 1 | -1, steps: Map<string, number>): void {
  let edge: readonly string[] = [from];
  for (let step = 1; step <= mostSteps && edge.length > 0; step++) {
    const found = [...new Set(edge.flatMap((id) => [...(next.get(id) ?? [])]))].filter((id) => !steps.has(id));
    edge = found
      .map((id) => ({ id, releasedOn: releasedOn(catalog, id) }))
      .sort(byNewest)
      .slice(0, mostBeside)
      .map(({ id }) => id);
    for (const id of edge) steps.set(id, sign * step);
  }
}

function byNewest(a: Pick<ChainLink, "id" | "releasedOn">, b: Pick<ChainLink, "id" | "releasedOn">): number {
  return compareTexts(b.releasedOn ?? "", a.releasedOn ?? "") || compareTexts(a.id, b.id);
}

function releasedOn(catalog: Catalog, id: string): string | null {
  const released = catalog.content.kbs[catalog.indexOfKb(id) ?? -1]?.released;
  return released === undefined ? null : printDay(released);
}

function successionOf(catalog: Catalog): Succession {
  const known = successions.get(catalog);
  if (known !== undefined) return known;
  const before = new Map<string, Set<string>>();
  const after = new Map<string, Set<string>>();
  for (const { updates } of catalog.content.products) {
    for (const update of updates) {
      const id = catalog.content.kbs[update.kb]?.id ?? "";
      for (const former of update.supersedes) {
        before.set(id, (before.get(id) ?? new Set()).add(former));
        after.set(former, (after.get(former) ?? new Set()).add(id));
      }
    }
  }
  const succession = { before, after };
  successions.set(catalog, succession);
  return succession;
}
