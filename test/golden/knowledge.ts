import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Catalog } from "../../src/domain/catalog/catalog.ts";
import { compileCatalog } from "../../src/domain/catalog/compile-catalog.ts";
import type { UpdateDocument } from "../../src/domain/catalog/document.ts";
import { parseErrata } from "../../src/domain/catalog/errata.ts";
import type { HistoryLine, ReleaseHistory } from "../../src/domain/catalog/release-history.ts";
import { readCvrf } from "../../src/feeds/msrc/read-cvrf.ts";
import { cvrfXml } from "../fixtures/cvrf/build-cvrf.ts";
import { sharedFile } from "../shared-data.ts";
import { documentsOfSheets } from "./fact-sheets.ts";
import type { GoldenRow } from "./row.ts";

const errataFile = join(import.meta.dirname, "..", "..", "data", "errata.json");

/** Everything one catalog can be asked with: alone, with the release history, and with nothing in it. */
export type Knowledge = (row: GoldenRow) => Catalog;

/** Our own fact sheets, printed as CVRF and read by the product's reader. */
export function knowledgeOfSheets(): Knowledge {
  const documents = documentsOfSheets().map((rows) => readCvrf(new TextEncoder().encode(cvrfXml(rows)), `${rows.id}.xml`).document);
  return knowledgeOf(documents, sheetHistory);
}

/** Microsoft's documents as they are; undefined where they are not there. */
export function knowledgeOfMicrosoft(): Knowledge | undefined {
  const folder = sharedFile("data/msrc-cvrf");
  const history = sharedFile("data/release-history.json");
  if (folder === undefined || history === undefined) return undefined;
  const names = readdirSync(folder).filter((name) => name.endsWith(".xml.gz"));
  const documents = names.map((name) => readCvrf(readFileSync(join(folder, name)), name).document);
  return knowledgeOf(documents, readHistory(history));
}

function knowledgeOf(documents: readonly UpdateDocument[], history: ReleaseHistory): Knowledge {
  const errata = parseErrata(JSON.parse(readFileSync(errataFile, "utf8")));
  const catalogs = {
    documents: new Catalog(compileCatalog(documents, { errata })),
    "release history": new Catalog(compileCatalog(documents, { errata, history })),
    nothing: new Catalog(compileCatalog([], { errata })),
  };
  return ({ knowing }) => catalogs[knowing ?? "documents"];
}

/** The few releases that rows on our sheets speak of: previews, and months whose documents are absent. */
const sheetHistory: ReleaseHistory = {
  lines: [
    {
      product: "Windows 10",
      build: 19045,
      channel: "rollup",
      releases: [
        { revision: 3086, kb: "5027215" },
        { revision: 3155, kb: "5027293" },
        { revision: 3208, kb: "5028166" },
        { revision: 4529, kb: "5039211" },
        { revision: 5011, kb: "5044273" },
        { revision: 5965, kb: "5060533" },
      ],
    },
  ],
};

/** The release history file says `product|build|channel` and lists `[revision, kb]`. */
function readHistory(path: string): ReleaseHistory {
  const { releases } = JSON.parse(readFileSync(path, "utf8")) as { releases: Record<string, [number | null, string | null][]> };
  const lines = Object.entries(releases).map(([key, entries]): HistoryLine => {
    const [product = "", build = "", channel] = key.split("|");
    return {
      product,
      build: /^\d+$/.test(build) ? Number(build) : null,
      channel: channel === "securityOnly" ? "securityOnly" : "rollup",
      releases: entries.map(([revision, kb]) => ({ revision, kb })),
    };
  });
  return { lines };
}
