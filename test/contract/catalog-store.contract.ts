import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { CatalogChange, CatalogStore, StoredDocument } from "../../src/stores/store.ts";
import { allOf } from "../all-of.ts";
import { aDocument } from "../builders/documents.ts";

/** A place that stores of one kind can be opened on, more than once at a time. */
export interface StorePlace {
  open(): Promise<CatalogStore>;
  remove(): Promise<void>;
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

async function change(store: CatalogStore, ids: readonly string[], facts: Partial<CatalogChange> = {}): Promise<CatalogChange> {
  const compiled = facts.compiled ?? new TextEncoder().encode(ids.join());
  return {
    basedOn: (await store.holdings()).generation,
    documents: ids.map((id) => ({ record: record(id), body: store.pack(aDocument({ id })).body })),
    compiled,
    compiledWith: "test",
    contentHash: createHash("sha256").update(compiled).digest("hex"),
    createdAt: "2026-02-01T00:00:00.000Z",
    ...facts,
  };
}

/** What every catalog store promises. */
export function describeCatalogStore(name: string, makePlace: () => Promise<StorePlace>): void {
  describe(`${name} keeps the contract of a catalog store`, () => {
    let place: StorePlace;
    let store: CatalogStore;
    beforeEach(async () => {
      place = await makePlace();
      store = await place.open();
    });
    afterEach(async () => {
      await store.close();
      await place.remove();
    });

    test("holds nothing at first", async () => {
      expect(await store.holdings()).toEqual({ generation: 0, documents: [] });
      expect(await store.currentCatalog()).toBeUndefined();
      expect(await allOf(store.readDocuments())).toEqual([]);
    });

    test("gives back documents whole, ordered by id", async () => {
      await store.commit(await change(store, ["2026-Mar", "2026-Feb"]));
      expect(await allOf(store.readDocuments())).toEqual([aDocument({ id: "2026-Feb" }), aDocument({ id: "2026-Mar" })]);
      expect(await allOf(store.readDocuments(["2026-Mar", "1999-Jan"]))).toEqual([aDocument({ id: "2026-Mar" })]);
      expect((await store.holdings()).documents).toEqual([record("2026-Feb"), record("2026-Mar")]);
    });

    test("what is packed unpacks to itself, and warnings leave no trace in its digest", () => {
      const document = aDocument({ title: "Žluťoučký 更新 \u202e" });
      const packed = store.pack(document);
      expect(store.unpack(packed)).toEqual(document);
      expect(store.pack({ ...document, warnings: ["odd"] }).contentDigest).toBe(packed.contentDigest);
      expect(store.pack({ ...document, title: "another" }).contentDigest).not.toBe(packed.contentDigest);
    });

    test("numbers catalogs and gives back the newest with its bytes", async () => {
      expect((await store.commit(await change(store, ["2026-Jan"])))?.revision).toBe(1);
      expect((await store.commit(await change(store, ["2026-Feb"])))?.revision).toBe(2);
      const current = await store.currentCatalog();
      expect(current?.revision).toBe(2);
      expect(new TextDecoder().decode(current?.compiled)).toBe("2026-Feb");
      expect(Object.getPrototypeOf(current?.compiled)).toBe(Uint8Array.prototype);
    });

    test("the same content makes no new revision, but documents and settings are kept", async () => {
      await store.commit(await change(store, ["2026-Jan"]));
      const again = await store.commit(await change(store, ["2026-Jan"], { releaseHistory: "[]", compiledWith: "later" }));
      expect(again?.revision).toBe(1);
      expect(await store.holdings()).toMatchObject({
        generation: 2,
        releaseHistory: "[]",
        compiledWith: "later",
        catalog: { revision: 1 },
      });
    });

    test("a change decided on older holdings is refused whole", async () => {
      const late = await change(store, ["2026-Jan"]);
      await store.commit(await change(store, ["2026-Feb"]));
      expect(await store.commit(late)).toBeUndefined();
      expect((await store.holdings()).documents.map((document) => document.id)).toEqual(["2026-Feb"]);
    });

    test("a change that fails half way leaves nothing behind", async () => {
      const broken = { record: { ...record("2026-Feb"), revision: null as unknown as string }, body: new Uint8Array() };
      const whole = await change(store, ["2026-Jan"]);
      await expect(store.commit({ ...whole, documents: [...whole.documents, broken] })).rejects.toThrow();
      expect(await store.holdings()).toEqual({ generation: 0, documents: [] });
    });

    test("what one has committed, another sees and a later one finds", async () => {
      const other = await place.open();
      await store.commit(await change(store, ["2026-Jan"]));
      expect((await other.holdings()).documents).toHaveLength(1);
      await other.close();
      await store.close();
      store = await place.open();
      expect((await store.currentCatalog())?.revision).toBe(1);
    });
  });
}
