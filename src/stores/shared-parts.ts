import type { InventoryContent } from "../domain/fleet/inventory-content.ts";

/** The systems and lists of software that a fleet has in common are handed over once: so many characters of them are remembered, then it starts anew. */
const mostShared = 4_000_000;

type Rest = Omit<InventoryContent, "os" | "software">;

/** What is handed over for some inventories. */
interface Given {
  /** nothing that was handed over before is counted any more */
  readonly isAnew: boolean;
  /** systems and lists of software that were not handed over before; they are numbered in their order, on from the former ones */
  readonly systems: readonly InventoryContent["os"][];
  readonly software: readonly InventoryContent["software"][];
  /** number of the system, number of the list, the rest; null: it could not be read */
  readonly contents: readonly (readonly [number, number, Rest] | null)[];
}

/** The giving end of contents that go from one thread to another as text: what many have in common goes once. */
export class PartsGiver {
  readonly #mostShared: number;
  readonly #systems = new Map<string, number>();
  readonly #software = new Map<string, number>();
  #shared = 0;

  constructor(limit: number = mostShared) {
    this.#mostShared = limit;
  }

  /** The text for some contents, in their order, from the JSON of each (see `packContent`); undefined is one that could not be read. */
  give(contents: readonly (string | undefined)[]): string {
    const isAnew = this.#shared > this.#mostShared;
    if (isAnew) this.#forget();
    const systems: string[] = [];
    const software: string[] = [];
    const rows = contents.map((content) => {
      const parts = content === undefined ? undefined : partsOf(content);
      const system = parts && this.#number(this.#systems, systems, parts.os);
      const list = parts && this.#number(this.#software, software, parts.software);
      return system === undefined || list === undefined ? "null" : `[${system},${list},${parts?.rest}]`;
    });
    return `{"isAnew":${isAnew},"systems":[${systems}],"software":[${software}],"contents":[${rows}]}`;
  }

  #forget(): void {
    this.#systems.clear();
    this.#software.clear();
    this.#shared = 0;
  }

  /** Undefined for what is no JSON: it would make what comes after it unreadable, or count it wrongly. */
  #number(known: Map<string, number>, added: string[], part: string): number | undefined {
    const number = known.get(part);
    if (number !== undefined) return number;
    if (!isJson(part)) return undefined;
    known.set(part, known.size);
    added.push(part);
    this.#shared += part.length;
    return known.size - 1;
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const firstMember = '{"os":';
const nextMembers = [',"installedKbs":', ',"software":', ',"pendingRestart":'] as const;

/** Cuts the JSON of a content: its members are in one order, and no text within it can hold a quotation mark that is not escaped. Undefined: it is another. */
function partsOf(text: string): { readonly os: string; readonly software: string; readonly rest: string } | undefined {
  const [lists = -1, software = -1, end = -1] = nextMembers.map((member) => text.indexOf(member));
  if (!text.startsWith(firstMember) || lists < 0 || software < lists || end < software) return undefined;
  return {
    os: text.slice(firstMember.length, lists),
    software: text.slice(software + nextMembers[1].length, end),
    rest: `{${text.slice(lists + 1, software)}${text.slice(end)}`,
  };
}

/** The taking end: contents that have a system or a list of software in common share the object. Texts are taken in the order they were given in. */
export class PartsTaker {
  #systems: InventoryContent["os"][] = [];
  #software: InventoryContent["software"][] = [];

  /** The contents again, in their order; @throws Error where one of them was damaged: nothing more can be taken then */
  take(text: string): readonly (InventoryContent | undefined)[] {
    const { isAnew, systems, software, contents } = JSON.parse(text) as Given;
    if (isAnew) [this.#systems, this.#software] = [[], []];
    this.#systems.push(...systems);
    this.#software.push(...software);
    return contents.map((content) => {
      if (content === null) return undefined;
      const [system, list, rest] = content;
      const { installedKbs, msiPatchKbs, pendingRestart, notes } = rest;
      const own = { os: this.#systems[system], software: this.#software[list] } as Pick<InventoryContent, "os" | "software">;
      return { os: own.os, installedKbs, msiPatchKbs, software: own.software, pendingRestart, notes };
    });
  }
}
