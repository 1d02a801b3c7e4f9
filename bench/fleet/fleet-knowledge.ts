import { readFileSync } from "node:fs";
import { loadKnowledge, openExistingStore } from "../../src/compose.ts";
import { Catalog } from "../../src/domain/catalog/catalog.ts";
import { compileCatalog } from "../../src/domain/catalog/compile-catalog.ts";
import { NO_ERRATA } from "../../src/domain/catalog/errata.ts";
import { readReleaseHistory } from "../../src/feeds/release-history/read-release-history.ts";
import { madeUpDocuments } from "../evaluation-documents.ts";

export interface KnowledgeWish {
  /** data folder of an installation */
  readonly data?: string | undefined;
  readonly releaseHistory?: string | undefined;
}

/** The updates a fleet is drawn from: those an installation knows, or six made-up years where none is named. */
export async function fleetKnowledge({
  data,
  releaseHistory,
}: KnowledgeWish): Promise<{ readonly catalog: Catalog; readonly words: string }> {
  const catalog = data === undefined ? madeUpCatalog() : await storedCatalog(data);
  const words =
    data === undefined ? "made-up updates of six years (name an installation with --data for real ones)" : `the catalog in ${data}`;
  if (releaseHistory === undefined) return { catalog, words };
  const { lines } = readReleaseHistory(readFileSync(releaseHistory, "utf8"), releaseHistory);
  return { catalog: new Catalog({ ...catalog.content, history: lines }), words: `${words}, with the release history ${releaseHistory}` };
}

export function madeUpCatalog(): Catalog {
  return new Catalog(compileCatalog(madeUpDocuments(), { errata: NO_ERRATA }));
}

async function storedCatalog(data: string): Promise<Catalog> {
  const store = await openExistingStore({ data });
  try {
    return (await loadKnowledge(store)).catalog;
  } finally {
    await store.close();
  }
}
