import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { packageFolder, type Store } from "../../src/compose.ts";
import { type Examination, examiner } from "../../src/domain/assessment/examine.ts";
import type { Catalog } from "../../src/domain/catalog/catalog.ts";
import { decodeCatalog } from "../../src/domain/catalog/catalog-codec.ts";
import { missingKbRow } from "../../src/http/rows/missing-row.ts";
import { readInventories } from "../../src/inventory/read-inventories.ts";
import type { Row } from "../../src/odata/row-values.ts";
import { type Asked, sampleDocuments, type TestServer } from "./a-server.ts";

const inOrder = ["2025-nov.json", "2025-dec.json", "2026-jan.xml", "2026-feb.json", "2026-mar.xml"];

/** Folders with the first so many of the sample's months: knowledge as it grows. */
export interface GrowingMonths {
  readonly first: (count: 1 | 2 | 3 | 4 | 5) => string;
  readonly remove: () => void;
}

export function growingMonths(): GrowingMonths {
  const folders = inOrder.map((_, index) => {
    const folder = mkdtempSync(join(tmpdir(), "patchgap-months-"));
    for (const name of inOrder.slice(0, index + 1)) cpSync(join(sampleDocuments, `sample-${name}`), join(folder, `sample-${name}`));
    return folder;
  });
  return {
    first: (count) => folders[count - 1] as string,
    remove: () => {
      for (const folder of folders) rmSync(folder, { recursive: true });
    },
  };
}

/** A native inventory, as far as tests look into it. */
export interface Reported {
  readonly deviceName: string;
  readonly collectedAt: string;
  readonly os: Readonly<Record<string, unknown>>;
  readonly installedKbs: readonly string[] | null;
  readonly software?: readonly object[];
  readonly tags?: readonly string[];
}

/** The devices of the sample: three hundred of all kinds, some that cannot be assessed among them. */
export function sampleFleet(): readonly Reported[] {
  const text = readFileSync(join(packageFolder, "sample", "fleet", "sample-company.ndjson"), "utf8");
  const lines = text.trim().split("\n");
  return lines.map((line) => JSON.parse(line) as Reported);
}

/** What the rule itself says under the newest catalog of a store: nothing of a server is in it. */
export interface DirectAnswers {
  readonly revision: number;
  readonly catalog: Catalog;
  readonly examine: (inventory: Reported) => Examination;
  /** the rows of getmissingkbs; undefined: the device cannot be assessed */
  readonly missingKbs: (inventory: Reported) => readonly Row[] | undefined;
}

export async function directAnswers(store: Store, asOf = "2026-03-31"): Promise<DirectAnswers> {
  const current = await store.currentCatalog();
  if (current === undefined) throw new Error("there is no catalog");
  const catalog = decodeCatalog(current.compiled, (bytes) => Buffer.from(bytes).toString("latin1"));
  const direct = examiner(catalog, { asOf });
  const known = new Map<string, Examination>();
  const examine: DirectAnswers["examine"] = ({ deviceName: _, collectedAt: _at, tags: _tags, ...content }) => {
    const key = JSON.stringify(content);
    const found = known.get(key) ?? direct(readBack(content));
    known.set(key, found);
    return found;
  };
  const missingKbs: DirectAnswers["missingKbs"] = (inventory) => examine(inventory).assessment.missing?.map(missingKbRow);
  return { revision: current.revision, catalog, examine, missingKbs };
}

function readBack(content: object) {
  const bytes = new TextEncoder().encode(JSON.stringify({ ...content, deviceName: "any", schema: "patchgap.inventory/1" }));
  const [inventory] = readInventories([{ source: "test", bytes, format: "native" }]).devices;
  if (inventory === undefined) throw new Error("no inventory");
  return inventory;
}

/** All pages of a walk. */
export interface Walked {
  readonly pages: readonly Asked[];
  // biome-ignore lint/suspicious/noExplicitAny: what tests look into is theirs to know
  readonly rows: readonly any[];
  readonly revisions: ReadonlySet<number>;
}

/** Follows the addresses of next pages to the end; `between` is called with the number of pages read so far. */
export async function walkThrough(
  { ask }: Pick<TestServer, "ask">,
  path: string,
  between: (pages: number) => Promise<unknown> = async () => undefined,
): Promise<Walked> {
  const pages: Asked[] = [];
  for (let next: string | undefined = path; next !== undefined; ) {
    const page: Asked = await ask(next);
    expect(page.status, page.text.slice(0, 300)).toBe(200);
    pages.push(page);
    next = page.json["@odata.nextLink"];
    if (next !== undefined) await between(pages.length);
  }
  return { pages, rows: pages.flatMap(({ json }) => json.value), revisions: new Set(pages.map(revisionOf)) };
}

/** The revision that an answer names. */
export function revisionOf({ headers }: Pick<Asked, "headers">): number {
  return Number(/revision=(\d+)/.exec(headers.get("X-Patchgap-Catalog") ?? "")?.[1]);
}

/** Numbers below a bound, by chance but the same in every run. */
export function chance(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
