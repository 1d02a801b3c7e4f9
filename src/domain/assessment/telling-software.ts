import type { InstalledSoftware } from "../fleet/inventory.ts";
import { remembered } from "../remembered.ts";
import { compareTexts } from "../text-order.ts";
import { isExplorer, tellingPart } from "./components.ts";
import type { Planner } from "./planner.ts";

/** Entries remembered at most; past that the memory starts anew. */
const MOST_ENTRIES = 50_000;

/** An entry as far as it can change an answer. */
interface Telling {
  readonly entry: InstalledSoftware;
  readonly key: string;
  readonly isExplorer: boolean;
}

/** What is left of a list. */
export interface TellingEntries {
  readonly entries: readonly InstalledSoftware[];
  readonly key: string;
}

/** Drops from lists of software what cannot change an answer: entries without updates, and versions that decide nothing. */
export class TellingSoftware {
  readonly #planner: Planner;
  readonly #entries = new Map<string, Telling | undefined>();

  constructor(planner: Planner) {
    this.#planner = planner;
  }

  /** In an order of its own, without repetitions; the key is the same for the same entries. */
  readonly of: (software: readonly InstalledSoftware[]) => TellingEntries = remembered((software) => this.#of(software));

  #of(software: readonly InstalledSoftware[]): TellingEntries {
    const kept: Telling[] = [];
    let hasExplorer = false;
    for (const entry of software) {
      const telling = this.#telling(entry);
      if (telling === undefined || (telling.isExplorer && hasExplorer)) continue;
      hasExplorer ||= telling.isExplorer;
      if (!kept.some(({ key }) => key === telling.key)) kept.push(telling);
    }
    if (kept.length > 1) kept.sort((a, b) => compareTexts(a.key, b.key));
    return { entries: kept.map(({ entry }) => entry), key: kept.length === 0 ? "" : kept.map(({ key }) => key).join() };
  }

  #telling(entry: InstalledSoftware): Telling | undefined {
    const key = `${entry.name}\n${entry.version ?? ""}`;
    const known = this.#entries.get(key);
    if (known !== undefined || this.#entries.has(key)) return known;
    if (this.#entries.size >= MOST_ENTRIES) this.#entries.clear();
    const left = tellingEntry(this.#planner, entry);
    const telling = left === undefined ? undefined : { entry: left, key: JSON.stringify(left), isExplorer: isExplorer(entry) };
    this.#entries.set(key, telling);
    return telling;
  }
}

function tellingEntry(planner: Planner, entry: InstalledSoftware): InstalledSoftware | undefined {
  const part = tellingPart(entry);
  const { name, version } = entry;
  const finding = planner.find(entry);
  if (finding === undefined) {
    if (part === undefined || planner.find(part) === undefined) return part;
    return version === undefined ? { name } : { name, version };
  }
  const isByVersion = part !== undefined || ("scope" in finding ? !finding.scope.isMsi : !saysTheSame(planner, entry));
  return isByVersion && version !== undefined ? { name, version } : { name };
}

/** Whether what is said of an entry that has no updates to look for is said without its version too. */
function saysTheSame(planner: Planner, entry: InstalledSoftware): boolean {
  return JSON.stringify(planner.find({ name: entry.name })) === JSON.stringify(planner.find(entry));
}
