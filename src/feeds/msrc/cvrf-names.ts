import type { ElementRule } from "./cvrf-elements.ts";

const cvrf11 = /^http:\/\/www\.icasi\.org\/CVRF\/schema\/(?:cvrf|vuln|prod|common)\/1\.1$/;

/** Namespaces of other versions of the format. */
const otherVersion = /\/CVRF\/schema\/\w+\/|csaf-cvrf\//i;

/** Why a name means no CVRF 1.1 element. */
export type NameTrouble = "no namespace" | "an undeclared prefix" | "another version" | "another namespace";

/** An open element that counts, with what the names inside it turned out to mean. */
export interface OpenElement {
  readonly rule: ElementRule;
  /** a short list is compared faster than a name is hashed; undefined means passed over */
  readonly known: { readonly name: string; readonly element: OpenElement | undefined }[];
}

interface Scope {
  readonly depth: number;
  readonly namespaces: ReadonlyMap<string, string>;
}

/**
 * What the namespaces make of a written name. 106 of 107 documents use prefixes, 2023-Dec changes the default namespace on the way
 * down; so prefixes mean nothing and their bindings everything.
 */
export class CvrfNames {
  readonly #outer: Scope[] = [];
  #scope: Scope = { depth: 0, namespaces: new Map() };

  /** Takes over the namespaces that an element at this depth declares. */
  declare(depth: number, attributes: Readonly<Record<string, string>>): void {
    const namespaces = new Map(this.#scope.namespaces);
    for (const [name, uri] of Object.entries(attributes)) {
      if (name === "xmlns") namespaces.set("", uri.trim());
      else if (name.startsWith("xmlns:")) namespaces.set(name.slice("xmlns:".length), uri.trim());
    }
    this.#outer.push(this.#scope);
    this.#scope = { depth, namespaces };
  }

  /** Forgets what the element at this depth declared. */
  leave(depth: number): void {
    if (this.#scope.depth === depth) this.#scope = this.#outer.pop() ?? this.#scope;
  }

  /** Why the name means no CVRF 1.1 element, undefined where it means one. */
  trouble(name: string): NameTrouble | undefined {
    const colon = name.indexOf(":");
    const uri = this.#scope.namespaces.get(colon < 0 ? "" : name.slice(0, colon));
    if (uri === undefined) return colon < 0 ? "no namespace" : "an undeclared prefix";
    if (cvrf11.test(uri)) return undefined;
    return otherVersion.test(uri) ? "another version" : "another namespace";
  }
}

/** A written name without its prefix. */
export function localName(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}
