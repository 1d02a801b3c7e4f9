/**
 * How many devices one core assesses in a second, and how long a compiled catalog takes to load.
 * Alone: `node bench/evaluation-bench.ts`. Measures the real documents where ../shared is there, a made-up catalog otherwise.
 */
import { assessor } from "../src/domain/assessment/assess.ts";
import type { Catalog } from "../src/domain/catalog/catalog.ts";
import { decodeCatalog, encodeCatalog } from "../src/domain/catalog/catalog-codec.ts";
import { compileCatalog } from "../src/domain/catalog/compile-catalog.ts";
import { NO_ERRATA } from "../src/domain/catalog/errata.ts";
import { printDay } from "../src/domain/windows/day.ts";
import { newestDay, realCompiled, realDocumentsAreThere } from "../test/cases/real-catalog.ts";
import { madeUpDocuments } from "./evaluation-documents.ts";
import { makePostures } from "./evaluation-postures.ts";
import { median } from "./measurement.ts";

const POSTURES = 20_000;
const WARM_UP = 5_000;
const ROUNDS = 3;

/** Distinct postures, never measured on those the warm-up ran; best of three rounds. */
export async function benchEvaluation(): Promise<{ devicesPerSecond: number; postures: number; loadMs: number }> {
  const bytes = realDocumentsAreThere
    ? encodeCatalog(realCompiled())
    : encodeCatalog(compileCatalog(madeUpDocuments(), { errata: NO_ERRATA }));
  const catalog = decodeCatalog(bytes);
  const asOf = realDocumentsAreThere ? newestDay : lastDayOf(catalog);
  const all = makePostures(catalog, POSTURES + WARM_UP);
  const [warmUp, measured] = [all.slice(0, WARM_UP), all.slice(WARM_UP)];
  for (let round = 0; round < ROUNDS; round++) warmUp.forEach(assessor(catalog, { asOf }));
  const seconds = Array.from({ length: ROUNDS }, () => {
    const assess = assessor(catalog, { asOf });
    const started = performance.now();
    for (const device of measured) assess(device);
    return (performance.now() - started) / 1000;
  });
  const loads = Array.from({ length: 7 }, () => {
    const started = performance.now();
    decodeCatalog(bytes);
    return performance.now() - started;
  });
  return { devicesPerSecond: measured.length / Math.min(...seconds), postures: measured.length, loadMs: median(loads) };
}

function lastDayOf(catalog: Catalog): string {
  return printDay(Math.max(...catalog.content.kbs.map(({ released }) => released)));
}

if (import.meta.main) console.log(await benchEvaluation());
