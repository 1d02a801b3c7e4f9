import type { InventoryContent } from "../domain/fleet/inventory-content.ts";

/** The systems and lists of software that a fleet has in common are handed over once: so many characters of them are remembered, then it starts anew. */
const mostRemembered = 4_000_000;
/** So many contents, or characters, are one text: it is parsed at a stretch. */
const mostTogether = 25;
const mostCharacters = 128_000;
/** What would come beyond so many characters at a time is not even unpacked: a thread has little room. */
const mostAtOnce = 4_000_000;

type Rest = Omit<InventoryContent, "os" | "software">;

/** What one text hands over. */
interface Given {
  /** nothing that was handed over before is counted any more */
  readonly isAnew: boolean;
  /** systems and lists of software that were not handed over before; they are numbered in their order, on from the former ones */
  readonly systems: readonly InventoryContent["os"][];
  readonly software: readonly InventoryContent["software"][];
  /** number of the system, number of the list, the rest; null: it is not handed over */
  readonly contents: readonly (readonly [number, number, Rest] | null)[];
}

/** Some contents as one text. */
export interface GivenText {
  readonly text: string;
  /** how many contents it is for */
  readonly count: number;
}

/** A text that contents are added to. */
interface GrowingText {
  readonly add: (content: string | undefined) => void;
  readonly count: number;
  readonly characters: number;
  readonly end: () => GivenText;
}

/** The giving end of contents that go from one thread to another as text: what many have in common goes once. */
export class PartsGiver {
  readonly #mostRemembered: number;
  readonly #systems = new Map<string, number>();
  readonly #software = new Map<string, number>();
  #remembered = 0;

  constructor(most: number = mostRemembered) {
    this.#mostRemembered = most;
  }

  /** Texts for contents in their order, from the JSON of each (see `packContent`); undefined, what is no such JSON, and what is too much, is not handed over. */
  give(contents: Iterable<string | undefined>): readonly GivenText[] {
    const texts: GivenText[] = [];
    let next: GrowingText | undefined;
    let characters = 0;
    for (const content of contents) {
      next ??= this.#begin();
      next.add(content);
      if (next.count < mostTogether && next.characters < mostCharacters) continue;
      characters += next.characters;
      texts.push(next.end());
      next = undefined;
      if (characters >= mostAtOnce) break;
    }
    return next === undefined ? texts : [...texts, next.end()];
  }

  /** Of what is begun here every text has to be handed over: it may say that all starts anew. */
  #begin(): GrowingText {
    const isAnew = this.#remembered > this.#mostRemembered;
    if (isAnew) this.#forget();
    const [systems, software, rows]: [string[], string[], string[]] = [[], [], []];
    const before = this.#remembered;
    let characters = 0;
    const counted = (): number => characters + this.#remembered - before;
    const add = (content: string | undefined): void => {
      const parts = content === undefined ? undefined : cutContent(content);
      const system = parts && this.#number(this.#systems, systems, parts.os);
      const list = parts && this.#number(this.#software, software, parts.software);
      const isWhole = system !== undefined && list !== undefined;
      rows.push(isWhole ? `[${system},${list},${parts?.rest}]` : "null");
      characters += rows.at(-1)?.length ?? 0;
    };
    return {
      add,
      get count(): number {
        return rows.length;
      },
      get characters(): number {
        return counted();
      },
      end: (): GivenText => ({
        text: `{"isAnew":${isAnew},"systems":[${systems}],"software":[${software}],"contents":[${rows}]}`,
        count: rows.length,
      }),
    };
  }

  #forget(): void {
    this.#systems.clear();
    this.#software.clear();
    this.#remembered = 0;
  }

  /** Undefined for what is no JSON: it would make what comes after it unreadable, or count it wrongly. */
  #number(known: Map<string, number>, added: string[], part: string): number | undefined {
    const number = known.get(part);
    if (number !== undefined) return number;
    if (!isJson(part)) return undefined;
    // A part that is cut out of a text holds all of that text in memory; a copy does not.
    known.set(Buffer.from(part).toString(), known.size);
    added.push(part);
    this.#remembered += part.length;
    return known.size - 1;
  }
}

const firstMember = '{"os":';
const nextMembers = [',"installedKbs":', ',"software":', ',"pendingRestart":'] as const;

/** Cuts the JSON of a content: its members are in one order, and no text within it can hold a quotation mark that is not escaped. Undefined: it is another. */
function cutContent(text: string): { readonly os: string; readonly software: string; readonly rest: string } | undefined {
  const [lists = -1, software = -1, end = -1] = nextMembers.map((member) => text.indexOf(member));
  if (!text.startsWith(firstMember) || lists < 0 || software < lists || end < software) return undefined;
  const rest = `{${text.slice(lists + 1, software)}${text.slice(end)}`;
  if (!isJson(rest)) return undefined;
  return { os: text.slice(firstMember.length, lists), software: text.slice(software + nextMembers[1].length, end), rest };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Contents of one text; undefined: not handed over. */
export type TakenContents = () => readonly (InventoryContent | undefined)[];

/**
 * The taking end: contents that have a system or a list of software in common share the object. Texts are taken in the order they were given in; each is
 * parsed when its contents are asked for, and those before it with it.
 */
export class PartsTaker {
  #systems: InventoryContent["os"][] = [];
  #software: InventoryContent["software"][] = [];
  readonly #unparsed: (() => void)[] = [];

  take({ text }: GivenText): TakenContents {
    let contents: ReturnType<TakenContents> | undefined;
    let waiting: string | undefined = text;
    this.#unparsed.push(() => {
      contents = this.#parse(waiting as string);
      waiting = undefined;
    });
    return () => {
      while (contents === undefined && this.#unparsed.length > 0) this.#unparsed.shift()?.();
      return contents ?? [];
    };
  }

  #parse(text: string): ReturnType<TakenContents> {
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
