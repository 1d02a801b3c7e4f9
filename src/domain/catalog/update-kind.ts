import { releaseFamilyIsCumulative } from "../windows/operating-system.ts";
import type { ComponentProduct, OperatingSystemProduct, Product } from "../windows/product.ts";
import type { KbTally } from "./collect-rows.ts";
import { chooseKindWord, type KindWord } from "./kind-words.ts";
import type { Line, UpdateKind } from "./update.ts";

/** What a KB is over all its products; the kind on one product follows from it. */
export interface KbNature {
  readonly word: KindWord;
  /** families of builds the KB really belongs to: at least a tenth of the rows of its main one */
  readonly families: ReadonlySet<string>;
  /** spans families of which one is cumulative: no cumulative update does, so it stands for itself (Secure Boot DBX) */
  readonly independent: boolean;
  /** has no row on an operating system, only on Internet Explorer */
  readonly explorerOnly: boolean;
}

/** More than ten rows elsewhere for one row here: MSRC wrote the KB on the wrong product. */
const FOREIGN_RATIO = 10;

/** Works out what a KB is. `explorerOnly` comes from the products it has rows on. */
export function natureOf(tally: KbTally, explorerOnly: boolean): KbNature {
  const most = Math.max(0, ...tally.families.values());
  const families = new Set([...tally.families].filter(([, rows]) => rows * FOREIGN_RATIO >= most).map(([family]) => family));
  const independent = families.size > 1 && [...families].some(releaseFamilyIsCumulative);
  return { word: chooseKindWord(tally.kinds), families, independent, explorerOnly };
}

/**
 * Whether the KB is on that product by mistake (KB5018418 of 21H2 on 22H2). Updates of Internet Explorer's own track are for many systems
 * at once, and the fewer Internet Explorers a system has, the fewer rows: the ratio says nothing there.
 */
export function isForeign(nature: KbNature, product: Product): boolean {
  if (product.kind === "application" || nature.families.size === 0 || nature.word === "ieCumulative") return false;
  return !nature.families.has(product.family);
}

/** The kind of a KB on one product, and the line it belongs to there. */
export function kindOn(product: Product, nature: KbNature): { readonly kind: UpdateKind; readonly line: Line } {
  if (product.kind === "application") return { kind: nature.word === "update" ? "optional" : "application", line: "application" };
  const line = lineOn(product, nature);
  if (line === "flash") return { kind: nature.word === "update" ? "preview" : "cumulative", line };
  if (line === "os" && nature.independent) return { kind: "independent", line };
  if (product.cumulative) return { kind: cumulativeKind(nature.word, line), line };
  const isExplorers = line === "os" && nature.explorerOnly && nature.word === "generic";
  return { kind: isExplorers ? "ieCumulative" : TRACK_KINDS[nature.word], line };
}

/** A component is on the line of its system where the system's own updates carry it (Edge, and .NET before Windows 10 1809). */
function lineOn(product: OperatingSystemProduct | ComponentProduct, nature: KbNature): Line {
  if (product.kind === "os") return "os";
  if (product.component.is === "flash") return "flash";
  return product.component.is === "net" && !nature.families.has(product.family) ? "net" : "os";
}

function cumulativeKind(word: KindWord, line: Line): UpdateKind {
  if (line === "net") return "cumulative";
  if (word === "hotpatch") return "hotpatch";
  if (word === "securityOnly") return "companion";
  if (word === "alternate") return "alternate";
  return word === "preview" || word === "update" || word === "standalone" ? "preview" : "cumulative";
}

/** Windows 7 to 2012 R2: rollups, security-only updates, and what came before both. */
const TRACK_KINDS: Readonly<Record<KindWord, UpdateKind>> = {
  generic: "single",
  rollup: "rollup",
  securityOnly: "securityOnly",
  ieCumulative: "ieCumulative",
  hotpatch: "optional",
  alternate: "optional",
  standalone: "optional",
  preview: "preview",
  update: "optional",
};
