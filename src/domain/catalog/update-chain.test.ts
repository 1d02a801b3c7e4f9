import { describe, expect, it } from "vitest";
import { Catalog, type CompiledCatalog } from "./catalog.ts";
import type { CatalogUpdate } from "./update.ts";
import { updateChain } from "./update-chain.ts";

/** `2<1` says that 2 replaces 1; the number is the day of release too. */
function catalogOf(...pairs: readonly string[]): Catalog {
  const links = pairs.map((pair) => pair.split("<") as [id: string, former: string]);
  const ids = [...new Set(links.map(([id]) => id))];
  const kbs = ids.map((id) => ({ id, document: 0, released: Number(id) }));
  const updates = ids.map((id, kb) => ({ kb, supersedes: links.filter(([own]) => own === id).map(([, former]) => former) }));
  const products = [{ name: "Windows", updates: updates as unknown as readonly CatalogUpdate[] }];
  const content: CompiledCatalog = { documents: [], kbs, cves: [], products, withdrawn: [], flashRemoval: null, history: [] };
  return new Catalog(content);
}

const steps = (catalog: Catalog, kb: string): readonly string[] => updateChain(catalog, kb).map(({ id, step }) => `${step} ${id}`);

describe("the chain of an update", () => {
  it.each([
    ["alone", ["9<8"], "7", ["0 7"]],
    ["in the middle", ["12<11", "13<12"], "12", ["-1 11", "0 12", "1 13"]],
    ["three steps each way, no more", ["12<11", "13<12", "14<13", "15<14"], "15", ["-3 12", "-2 13", "-1 14", "0 15"]],
    ["replacing several, newest first", ["20<11", "20<12", "11<1", "12<1"], "20", ["-2 1", "-1 12", "-1 11", "0 20"]],
    ["four beside each other, the newest", ["9<1", "8<1", "7<1", "6<1", "5<1"], "1", ["0 1", "1 9", "1 8", "1 7", "1 6"]],
    ["in a ring, which MSRC has made before", ["12<11", "11<12"], "11", ["-1 12", "0 11"]],
  ])("%s", (_, pairs, kb, expected) => {
    expect(steps(catalogOf(...pairs), kb)).toEqual(expected);
  });

  it("knows no day for an update that no document has, and names what stands in the chain only", () => {
    const chain = updateChain(catalogOf("12<11", "12<3", "11<3"), "11");
    expect(chain.find(({ id }) => id === "3")).toEqual({ id: "3", step: -1, releasedOn: null, supersedes: [] });
    expect(chain.find(({ id }) => id === "12")).toMatchObject({ step: 1, releasedOn: "1970-01-13", supersedes: ["11", "3"] });
  });
});
