import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Catalog } from "../../src/domain/catalog/catalog.ts";
import { decodeCatalog, encodeCatalog } from "../../src/domain/catalog/catalog-codec.ts";
import { compileCatalog } from "../../src/domain/catalog/compile-catalog.ts";
import type { UpdateDocument } from "../../src/domain/catalog/document.ts";
import { NO_ERRATA } from "../../src/domain/catalog/errata.ts";
import { realCompiled, realDocuments, realDocumentsAreThere, shippedErrata } from "../cases/real-catalog.ts";
import { documents, runs } from "./made-up.ts";

const bytesOf = (list: readonly UpdateDocument[]): Uint8Array => encodeCatalog(compileCatalog(list, { errata: NO_ERRATA }));

/** The same content in another order: rows, products and predecessors too, as another form of the document might have them. */
function turned(document: UpdateDocument): UpdateDocument {
  return {
    ...document,
    products: document.products.toReversed(),
    vulnerabilities: document.vulnerabilities.toReversed().map((vulnerability) => ({
      ...vulnerability,
      fixes: vulnerability.fixes
        .toReversed()
        .map((fix) => ({ ...fix, productIds: fix.productIds.toReversed(), supersedes: fix.supersedes.toReversed() })),
    })),
  };
}

describe("catalogs", () => {
  it("are the same bytes for the same documents in any order", () => {
    fc.assert(
      fc.property(
        documents.chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }))),
        ([list, shuffled]) => {
          expect(Buffer.from(bytesOf(shuffled))).toEqual(Buffer.from(bytesOf(list)));
        },
      ),
      runs,
    );
  });

  it("are the same bytes for the same rows in any order within a document", () => {
    fc.assert(
      fc.property(documents, (list) => {
        expect(Buffer.from(bytesOf(list.map(turned)))).toEqual(Buffer.from(bytesOf(list)));
      }),
      runs,
    );
  });

  it("come back from bytes as they were, from any kind of byte array and any place in one", () => {
    fc.assert(
      fc.property(documents, fc.nat(8), (list, before) => {
        const bytes = bytesOf(list);
        const shifted = new Uint8Array(before + bytes.length + 3);
        shifted.set(bytes, before);
        for (const copy of [bytes, Buffer.from(bytes), shifted.subarray(before, before + bytes.length)]) {
          expect(Buffer.from(encodeCatalog(decodeCatalog(copy).content))).toEqual(Buffer.from(bytes));
        }
      }),
      { ...runs, numRuns: 100 },
    );
  });
});

describe.skipIf(!realDocumentsAreThere)("the real catalog (skipped where ../shared is absent)", () => {
  it("is the same bytes whatever the order of the documents and of the rows in them", () => {
    const bytes = Buffer.from(encodeCatalog(realCompiled()));
    const errata = shippedErrata();
    const backwards = compileCatalog(realDocuments().toReversed(), { errata });
    const inTurn = compileCatalog(realDocuments().toReversed().map(turned), { errata });
    expect(Buffer.compare(Buffer.from(encodeCatalog(backwards)), bytes)).toBe(0);
    expect(Buffer.compare(Buffer.from(encodeCatalog(inTurn)), bytes)).toBe(0);
  });

  it("comes back from bytes as it was", () => {
    const bytes = encodeCatalog(realCompiled());
    expect(Buffer.compare(Buffer.from(encodeCatalog(decodeCatalog(bytes).content)), Buffer.from(bytes))).toBe(0);
    expect(new Catalog(realCompiled()).summary).toEqual(decodeCatalog(bytes).summary);
  });
});
