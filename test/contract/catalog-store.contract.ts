import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { CatalogChange, CatalogStore, StoredDocument } from "../../src/stores/store.ts";
import { aDocument } from "../builders/documents.ts";

/** A place that stores of one kind can be opened on, more than once at a time. */
export interface StorePlace {
  open(): CatalogStore;
  remove(): void;
}

function record(id: string, revision = "1"): StoredDocument {
  const importedAt = "2026-02-01T00:00:00.000Z";
  return {
    id,
    revision,
    currentRelease: "2026-01-13T08:00:00Z",
    digest: "d",
    contentDigest: `c-${id}-${revision}`,
    source: `${id}.xml`,
    importedAt,
  };
}

function change(store: CatalogStore, ids: readonly string[], facts: Partial<CatalogChange> = {}): CatalogChange {
  const compiled = facts.compiled ?? new TextEncoder().encode(ids.join());
  return {
    basedOn: store.holdings().generation,
    documents: ids.map((id) => ({ record: record(id), body: store.pack(aDocument({ id })).body })),
    compiled,
    compiledWith: "test",
    contentHash: createHash("sha256").update(compiled).digest("hex"),
    createdAt: "2026-02-01T00:00:00.000Z",
    ...facts,
  };
}

/** What every catalog store promises. */
export function describeCatalogStore(name: string, makePlace: () => StorePlace): void {
  describe(`${name} keeps the contract of a catalog store`, () => {
    let place: StorePlace;
    let store: CatalogStore;
    beforeEach(() => {
      place = makePlace();
      store = place.open();
    });
    afterEach(() => {
      store.close();
      place.remove();
    });

    test("holds nothing at first", () => {
      expect(store.holdings()).toEqual({ generation: 0, documents: [] });
      expect(store.currentCatalog()).toBeUndefined();
      expect([...store.readDocuments()]).toEqual([]);
    });

    test("gives back documents whole, ordered by id", () => {
      store.commit(change(store, ["2026-Mar", "2026-Feb"]));
      expect([...store.readDocuments()]).toEqual([aDocument({ id: "2026-Feb" }), aDocument({ id: "2026-Mar" })]);
      expect([...store.readDocuments(["2026-Mar", "1999-Jan"])]).toEqual([aDocument({ id: "2026-Mar" })]);
      expect(store.holdings().documents).toEqual([record("2026-Feb"), record("2026-Mar")]);
    });

    test("what is packed unpacks to itself, and warnings leave no trace in its digest", () => {
      const document = aDocument({ title: "Žluťoučký 更新 \u202e" });
      const packed = store.pack(document);
      expect(store.unpack(packed)).toEqual(document);
      expect(store.pack({ ...document, warnings: ["odd"] }).contentDigest).toBe(packed.contentDigest);
      expect(store.pack({ ...document, title: "another" }).contentDigest).not.toBe(packed.contentDigest);
    });

    test("numbers catalogs and gives back the newest with its bytes", () => {
      expect(store.commit(change(store, ["2026-Jan"]))?.revision).toBe(1);
      expect(store.commit(change(store, ["2026-Feb"]))?.revision).toBe(2);
      const current = store.currentCatalog();
      expect(current?.revision).toBe(2);
      expect(new TextDecoder().decode(current?.compiled)).toBe("2026-Feb");
      expect(Object.getPrototypeOf(current?.compiled)).toBe(Uint8Array.prototype);
    });

    test("the same content makes no new revision, but documents and settings are kept", () => {
      store.commit(change(store, ["2026-Jan"]));
      const again = store.commit(change(store, ["2026-Jan"], { releaseHistory: "[]", compiledWith: "later" }));
      expect(again?.revision).toBe(1);
      expect(store.holdings()).toMatchObject({ generation: 2, releaseHistory: "[]", compiledWith: "later", catalog: { revision: 1 } });
    });

    test("a change decided on older holdings is refused whole", () => {
      const late = change(store, ["2026-Jan"]);
      store.commit(change(store, ["2026-Feb"]));
      expect(store.commit(late)).toBeUndefined();
      expect(store.holdings().documents.map((document) => document.id)).toEqual(["2026-Feb"]);
    });

    test("a change that fails half way leaves nothing behind", () => {
      const broken = { record: { ...record("2026-Feb"), revision: null as unknown as string }, body: new Uint8Array() };
      const whole = change(store, ["2026-Jan"]);
      expect(() => store.commit({ ...whole, documents: [...whole.documents, broken] })).toThrow();
      expect(store.holdings()).toEqual({ generation: 0, documents: [] });
    });

    test("what one has committed, another sees and a later one finds", () => {
      const other = place.open();
      store.commit(change(store, ["2026-Jan"]));
      expect(other.holdings().documents).toHaveLength(1);
      other.close();
      store.close();
      store = place.open();
      expect(store.currentCatalog()?.revision).toBe(1);
    });
  });
}
