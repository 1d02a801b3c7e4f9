import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type OpenPart, OpenParts } from "./open-parts.ts";

const part = (softwareId: string, kb: string, ...cves: readonly number[]): OpenPart => ({ softwareId, kb, cves });
const joined = (...lists: readonly (readonly OpenPart[])[]): readonly OpenPart[] => new OpenParts(10, 100).joined(lists);

/** Pair by pair, as it is told: each pair of software and CVE where it comes first, parts where they are first spoken of. */
function byPairs(lists: readonly (readonly OpenPart[])[]): readonly OpenPart[] {
  const met = new Set<string>();
  const parts = new Map<string, OpenPart & { readonly cves: number[] }>();
  for (const { softwareId, kb, cves } of lists.flat()) {
    const own = parts.get(`${softwareId} ${kb}`) ?? { softwareId, kb, cves: [] };
    parts.set(`${softwareId} ${kb}`, own);
    own.cves.push(...cves.filter((cve) => !met.has(`${softwareId} ${cve}`)));
    for (const cve of cves) met.add(`${softwareId} ${cve}`);
  }
  return [...parts.values()].filter(({ cves }) => cves.length > 0);
}

describe("the parts of several lists", () => {
  it("leave a CVE with the update that comes first, though a later list has it with one that came before", () => {
    const lists = [[part("office", "1", 1, 2), part("office", "2", 3)], [part("office", "1", 0, 3, 1, 2)]];
    expect(joined(...lists)).toEqual([part("office", "1", 1, 2, 0), part("office", "2", 3)]);
  });

  it("name what two applications lack alike once", () => {
    const same = [part("sql_server", "1", 4)];
    expect(joined(same, same, [part("office", "2", 4)])).toEqual([part("sql_server", "1", 4), part("office", "2", 4)]);
  });

  it("are what going through them pair by pair gives", () => {
    const cves = fc.uniqueArray(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 4 });
    /** as those of one device: an update of a software stands once, and each CVE of a software */
    const list = fc
      .array(fc.tuple(fc.constantFrom("office", "windows_10"), fc.constantFrom("1", "2", "3"), cves), { maxLength: 5 })
      .map((parts) => byPairs([parts.map(([softwareId, kb, own]) => part(softwareId, kb, ...own))]));
    fc.assert(
      fc.property(fc.array(list, { maxLength: 4 }), (lists) => void expect(joined(...lists)).toEqual(byPairs(lists))),
      { numRuns: 2_000 },
    );
  });
});
