/** What MSRC's SubType says, in one spelling; "generic" says nothing ("Security Update" stands on all sorts of updates). */
export type KindWord =
  | "generic"
  | "rollup"
  | "securityOnly"
  | "ieCumulative"
  | "hotpatch"
  | "alternate"
  | "standalone"
  | "preview"
  | "update";

/** SubTypes as spelt in the documents, squeezed to lower-case letters. */
const WORDS: ReadonlyMap<string, KindWord> = new Map([
  ["monthlyrollup", "rollup"],
  ["securityonly", "securityOnly"],
  ["iecumulative", "ieCumulative"],
  ["securityhotpatchupdate", "hotpatch"],
  ["azurehotpatch", "hotpatch"],
  ["alternatecumulative", "alternate"],
  ["standalone", "standalone"],
  ["previewrollup", "preview"],
  ["update", "update"],
]);

/** Reads a SubType in any of its spellings ("Security Hotpatch Update", "VIA Processors Monthly Rollup"). */
export function kindWordOf(subType: string): KindWord {
  return WORDS.get(squeeze(subType)) ?? "generic";
}

/** Servicing stacks, setup updates and articles about firmware are no updates that a device could miss. */
export function isServicingOnly(subType: string): boolean {
  const word = squeeze(subType);
  return word === "servicingstackupdate" || word === "setupdu" || word === "updatehistory";
}

/**
 * The word that fits a KB best. A word that says something outvotes any number of "Security Update":
 * the rows of March 2020 call rollups and security-only updates alike so, and other documents know better.
 */
export function chooseKindWord(counts: ReadonlyMap<string, number>): KindWord {
  let best: KindWord = "generic";
  let most = 0;
  for (const [word, rows] of [...counts].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (word !== "generic" && rows > most) {
      best = word as KindWord;
      most = rows;
    }
  }
  return best;
}

function squeeze(subType: string): string {
  return subType
    .toLowerCase()
    .replace(/^via processors /, "")
    .replace(/[^a-z]/g, "");
}
