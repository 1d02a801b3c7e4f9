import { beforeEach, describe, expect, test } from "vitest";
import { type SyncRequest, type SyncResult, type SyncTools, syncCatalog } from "../../src/app/sync-catalog.ts";
import { encodeCatalog } from "../../src/domain/catalog/catalog-codec.ts";
import { compileCatalog } from "../../src/domain/catalog/compile-catalog.ts";
import type { UpdateDocument } from "../../src/domain/catalog/document.ts";
import { NO_ERRATA } from "../../src/domain/catalog/errata.ts";
import { ProductError } from "../../src/domain/errors.ts";
import { compareRevisions } from "../../src/feeds/compare-revisions.ts";
import { openSqliteStore } from "../../src/stores/sqlite/sqlite-store.ts";
import type { CatalogStore } from "../../src/stores/store.ts";
import { allOf } from "../all-of.ts";
import { aDocument, aFeed, aVulnerability, vulnerabilities } from "../builders/documents.ts";

/** Stands in for the compiler: the catalog is what the documents say, in the order given. */
async function compile(documents: AsyncIterable<UpdateDocument>, history: string | undefined): Promise<Uint8Array> {
  const said = (await allOf(documents)).map(({ id, revision, vulnerabilities: cves }) => [id, revision, cves]);
  return new TextEncoder().encode(JSON.stringify([said, history]));
}

let store: CatalogStore;
let tools: SyncTools;
beforeEach(() => {
  store = openSqliteStore(":memory:");
  tools = { store, compareRevisions, compile, compiledWith: "test", now: () => new Date("2026-02-01T00:00:00Z") };
});

function sync(entries: Parameters<typeof aFeed>[0], request: Partial<SyncRequest> = {}): Promise<SyncResult> {
  return syncCatalog({ feed: aFeed(entries), ...request }, tools);
}

function outcomes(result: SyncResult): string[] {
  return result.documents.map((document) => document.outcome);
}

const january = aDocument();
const february = aDocument({ id: "2026-Feb", month: 2026 * 12 + 1 });

describe("one document", () => {
  test("X62: is new, then unchanged: a second run writes nothing and makes no revision", async () => {
    expect(outcomes(await sync([january, february]))).toEqual(["new", "new"]);
    const before = await store.holdings();
    const again = await sync([january, february]);
    expect(outcomes(again)).toEqual(["unchanged", "unchanged"]);
    expect(again.isNewRevision).toBe(false);
    expect(await store.holdings()).toEqual(before);
  });

  test("is replaced whole by a newer revision", async () => {
    await sync([january]);
    const next = aDocument({ revision: "2", vulnerabilities: [aVulnerability("CVE-2026-0002")] });
    expect(await sync([next])).toMatchObject({ documents: [{ outcome: "updated" }], isNewRevision: true, catalog: { revision: 2 } });
    expect(await allOf(store.readDocuments())).toEqual([next]);
  });

  test("X60: is never replaced by an older revision unless a person says so", async () => {
    const newer = aDocument({ revision: "1.10" });
    const older = aDocument({ revision: "1.9", title: "older" });
    await sync([newer]);
    const refused = await sync([older]);
    expect(refused.documents[0]).toMatchObject({ outcome: "older", remark: expect.stringContaining("older than imported") });
    expect(await allOf(store.readDocuments())).toEqual([newer]);
    expect(outcomes(await sync([older], { allowDowngrade: true }))).toEqual(["updated"]);
    expect(await allOf(store.readDocuments())).toEqual([older]);
  });

  test("X61: with the number of its former self and another content warns, and the later release is kept", async () => {
    const early = aDocument({ title: "early" });
    const late = aDocument({ title: "late", currentRelease: "2026-01-20T08:00:00Z" });
    await sync([early]);
    expect((await sync([late])).documents[0]).toMatchObject({ outcome: "updated", isWarning: true });
    expect((await sync([early])).documents[0]).toMatchObject({ outcome: "older" });
    expect(await allOf(store.readDocuments())).toEqual([late]);
  });

  test("X63: with an implausible number is taken with a warning, and the true one needs a person", async () => {
    expect((await sync([aDocument({ revision: "999999" })])).documents[0]).toMatchObject({ outcome: "new", isWarning: true });
    expect(outcomes(await sync([aDocument({ revision: "3" })]))).toEqual(["older"]);
    expect(outcomes(await sync([aDocument({ revision: "3" })], { allowDowngrade: true }))).toEqual(["updated"]);
  });

  test("that cannot be read is named, the others are taken, and its former self stays", async () => {
    await sync([january]);
    const broken = new ProductError("unreadable-input", "not well-formed", { place: { source: "bad.xml", line: 3 } });
    const result = await sync([broken, february]);
    expect(result.documents).toMatchObject([
      { outcome: "failed", error: { place: { line: 3 } } },
      { outcome: "new", id: "2026-Feb" },
    ]);
    expect((await allOf(store.readDocuments())).map((document) => document.id)).toEqual(["2026-Feb", "2026-Jan"]);
  });
});

describe("order leaves no trace", () => {
  test("of two selves in one run the newest wins", async () => {
    const second = aDocument({ revision: "2" });
    expect(outcomes(await sync([january, second]))).toEqual(["surpassed", "new"]);
    store = openSqliteStore(":memory:");
    tools = { ...tools, store };
    expect(outcomes(await sync([second, january]))).toEqual(["new", "surpassed"]);
  });

  test("fifty orders, in one run or one by one, end in one content hash", async () => {
    const twins = [aDocument({ title: "a" }), aDocument({ title: "b" }), aDocument({ vulnerabilities: vulnerabilities(2) })];
    const documents = [...twins, february, aDocument({ id: "2026-Mar", month: 2026 * 12 + 2 }), aDocument({ revision: "0.9" })];
    const hashes = new Set<string | undefined>();
    for (let round = 0; round < 50; round++) {
      const shuffled = documents.map((document, index) => ({ document, key: (index * 7919 + round * 104_729) % 6007 }));
      const order = shuffled.sort((a, b) => a.key - b.key).map(({ document }) => document);
      const fresh = { ...tools, store: openSqliteStore(":memory:") };
      for (const part of round % 2 === 0 ? [order] : order.map((document) => [document])) await syncCatalog({ feed: aFeed(part) }, fresh);
      hashes.add((await fresh.store.currentCatalog())?.contentHash);
    }
    expect(hashes.size).toBe(1);
  });
});

describe("X90: documents that disagree on what an update supersedes", () => {
  const fixOf = (supersedes: readonly string[]): UpdateDocument["vulnerabilities"] => {
    const cve = aVulnerability();
    return [{ ...cve, fixes: cve.fixes.map((fix) => ({ ...fix, supersedes })) }];
  };
  const disagreeing = [
    aDocument({ vulnerabilities: fixOf(["5073455"]), currentRelease: "2026-03-20T08:00:00Z" }),
    { ...february, vulnerabilities: fixOf(["5072033"]) },
    aDocument({ id: "2026-Mar", month: 2026 * 12 + 2, vulnerabilities: fixOf([]) }),
    aDocument({ id: "2025-Dec", month: 2025 * 12 + 11, vulnerabilities: [aVulnerability("CVE-2025-0009", ["5072033", "5073455"])] }),
  ];

  test("make one catalog, and one answer, in fifty random orders", async () => {
    const hashes = new Set<string | undefined>();
    let seed = 1;
    const random = (): number => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed;
    };
    for (let round = 0; round < 50; round++) {
      const order = disagreeing.map((document) => ({ document, key: random() })).sort((a, b) => a.key - b.key);
      const fresh: SyncTools = {
        ...tools,
        store: openSqliteStore(":memory:"),
        compile: async (documents) => encodeCatalog(compileCatalog(await allOf(documents), { errata: NO_ERRATA })),
      };
      for (const { document } of order) await syncCatalog({ feed: aFeed([document]) }, fresh);
      hashes.add((await fresh.store.currentCatalog())?.contentHash);
      await fresh.store.close();
    }
    expect(hashes.size).toBe(1);
  });
});

test("X74: a document that its source withdraws is kept, and so is the catalog", async () => {
  const before = (await sync([january, february])).catalog;
  const gone = new ProductError("network", "the server answered 404", { place: { source: "2026-Jan" } });
  for (const left of [[february], [february, gone], []]) expect((await sync(left)).catalog).toEqual(before);
  expect((await allOf(store.readDocuments())).map(({ id }) => id)).toEqual(["2026-Feb", "2026-Jan"]);
});

describe("a change too large to be true", () => {
  test.each([
    ["loses everything (X87)", vulnerabilities(3), []],
    ["loses more than a fifth (X87)", vulnerabilities(100), vulnerabilities(79)],
    ["grows more than twentyfold (X88)", vulnerabilities(50), vulnerabilities(1001)],
  ])("is held when a document %s, and taken when a person says so", async (_what, before, after) => {
    const next = aDocument({ revision: "2", vulnerabilities: after });
    await sync([aDocument({ vulnerabilities: before })]);
    const held = await sync([next, february]);
    expect(held.documents).toMatchObject([
      { outcome: "held", remark: expect.stringContaining("--allow-large-change") },
      { outcome: "new" },
    ]);
    expect((await allOf(store.readDocuments(["2026-Jan"])))[0]?.vulnerabilities).toHaveLength(before.length);
    expect(outcomes(await sync([next], { allowLargeChange: true }))).toEqual(["updated"]);
  });

  test.each([
    ["loses a fifth", vulnerabilities(100), vulnerabilities(80)],
    ["is small and loses most of its rows", vulnerabilities(10), vulnerabilities(1)],
    ["is small and grows a lot", vulnerabilities(10), vulnerabilities(1000)],
    ["had no rows", [], vulnerabilities(1000)],
  ])("is not seen when a document %s", async (_what, before, after) => {
    await sync([aDocument({ vulnerabilities: before })]);
    expect(outcomes(await sync([aDocument({ revision: "2", vulnerabilities: after })]))).toEqual(["updated"]);
  });

  test("product ids that are renamed between revisions lose nothing", async () => {
    const renamed = vulnerabilities(60).map((cve) => ({ ...cve, fixes: cve.fixes.map((fix) => ({ ...fix, productIds: ["9"] })) }));
    await sync([aDocument({ vulnerabilities: vulnerabilities(60) })]);
    const next = aDocument({
      revision: "2",
      products: [["9", "Windows 11  version 24H2 for x64-based systems"]],
      vulnerabilities: renamed,
    });
    expect(outcomes(await sync([next]))).toEqual(["updated"]);
  });
});

describe("what makes a new catalog", () => {
  test("a release history does, the same one again does not", async () => {
    await sync([january]);
    expect((await sync([january], { releaseHistory: "[1]" })).catalog?.revision).toBe(2);
    expect((await sync([january], { releaseHistory: "[1]" })).isNewRevision).toBe(false);
    expect((await sync([january])).isNewRevision).toBe(false);
    expect((await store.holdings()).releaseHistory).toBe("[1]");
  });

  test("another compiler or other errata compile again, and count only where the answer differs", async () => {
    await sync([january]);
    tools = { ...tools, compiledWith: "test 2" };
    expect((await sync([january])).isNewRevision).toBe(false);
    expect((await store.holdings()).compiledWith).toBe("test 2");
    tools = { ...tools, compiledWith: "test 3", compile: async () => new Uint8Array([1]) };
    expect((await sync([january])).isNewRevision).toBe(true);
  });

  test("nothing readable on the first run makes no catalog", async () => {
    const result = await sync([new ProductError("unreadable-input", "no")]);
    expect(result).toMatchObject({ catalog: undefined, isNewRevision: false });
    expect(await store.currentCatalog()).toBeUndefined();
  });
});

test("documents of earlier months are left out", async () => {
  expect((await sync([january, february], { since: 2026 * 12 + 1 })).documents.map((document) => document.id)).toEqual(["2026-Feb"]);
});

test("X70: of two importers at once one writes and the other finds nothing to do", async () => {
  const raced: SyncTools = {
    ...tools,
    compile: async (documents, history) => {
      const compiled = await compile(documents, history);
      if ((await store.holdings()).documents.length === 0) await commitBehindItsBack(compiled);
      return compiled;
    },
  };
  const result = await syncCatalog({ feed: aFeed([january]) }, raced);
  expect(result).toMatchObject({ documents: [{ outcome: "unchanged" }], isNewRevision: false, catalog: { revision: 1 } });
  expect((await store.holdings()).documents).toHaveLength(1);

  async function commitBehindItsBack(compiled: Uint8Array): Promise<void> {
    const { body, contentDigest } = store.pack(january);
    const { id, revision, currentRelease } = january;
    const record = { id, revision, currentRelease, digest: "d", contentDigest, source: "other", importedAt: "2026-02-01T00:00:00.000Z" };
    const createdAt = "2026-02-01T00:00:00.000Z";
    await store.commit({ basedOn: 0, documents: [{ record, body }], compiled, compiledWith: "test", contentHash: "other", createdAt });
  }
});

test("progress counts documents and bytes and ends with the compilation", async () => {
  const seen: string[] = [];
  await sync([january, february], {
    onProgress: ({ phase, documentsDone, documents, bytesDone, bytes }) =>
      seen.push(`${phase} ${documentsDone}/${documents} ${bytesDone}/${bytes}`),
  });
  expect(seen).toEqual(["reading 0/2 0/20", "reading 1/2 10/20", "compiling 2/2 0/undefined"]);
});
