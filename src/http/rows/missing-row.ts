import type { UpdateTotals } from "../../app/fleet/count-updates.ts";
import type { MissingRow } from "../../app/fleet/summary.ts";
import type { MissingUpdate } from "../../domain/assessment/assessment.ts";
import type { Shortfall } from "../../domain/assessment/shortfall.ts";
import type { Catalog } from "../../domain/catalog/catalog.ts";
import type { Row } from "../../odata/row-values.ts";

/** A missing update of one device, as Defender writes it: nothing more, and in its order. */
export function missingKbRow({ id, name, osBuild, productsNames, url, cveAddressed }: MissingRow): Row {
  return { id, name, osBuild, productsNames, url, machineMissedOn: 1, cveAddressed };
}

const texts = new WeakMap<readonly MissingRow[], string>();

/** The same as JSON, for all that a device misses. Devices that miss the same share the list: each is written once. */
export function missingKbsText(rows: readonly MissingRow[]): string {
  const known = texts.get(rows);
  if (known !== undefined) return known;
  const text = JSON.stringify(rows.map(missingKbRow));
  texts.set(rows, text);
  return text;
}

/** A missing update of one software: devices of the fleet that miss it, CVEs it fixes in that software. */
export function softwareKbRow(update: UpdateTotals, softwareId: string, devices: number): Row {
  const { id, name, url, fixes } = update;
  return {
    id,
    name,
    osBuild: null,
    productsNames: [softwareId],
    url,
    machineMissedOn: devices,
    cveAddressed: fixes.get(softwareId)?.size ?? 0,
  };
}

/** A missing update of one device with all that is known of it. */
export function missingUpdateRow(update: MissingUpdate, shortfall: Shortfall, catalog: Catalog): Row {
  const fixes = shortfall.updates.filter(({ kb }) => kb === update.id).flatMap((each) => each.fixes);
  const cves = new Set(fixes.flatMap((each) => each.cves));
  const { id, name, osBuild, productsNames, url, machineMissedOn, cveAddressed, distinctCves, cumulativeCves } = update;
  const { severity, exploited, releasedOn, supersedes, why } = update;
  return {
    ...{ id, name, osBuild, productsNames, url, machineMissedOn, cveAddressed, distinctCves, cumulativeCves },
    cveIds: cveIds(cves, catalog),
    ...{ severity, exploited, releasedOn, supersedes, why },
  };
}

/** A missing update of the fleet. */
export function fleetUpdateRow(update: UpdateTotals, catalog: Catalog): Row {
  const { id, name, productsNames, url, devices, fixes, severity, exploited, releasedOn, supersedes } = update;
  const cves = new Set([...fixes.values()].flatMap((own) => [...own]));
  const pairs = [...fixes.values()].reduce((sum, own) => sum + own.size, 0);
  return {
    ...{ id, name, osBuild: null, productsNames, url, machineMissedOn: devices, cveAddressed: pairs, distinctCves: cves.size },
    cumulativeCves: null,
    cveIds: cveIds(cves, catalog),
    ...{ severity, exploited, releasedOn, supersedes, why: null },
  };
}

function cveIds(cves: Iterable<number>, catalog: Catalog): readonly string[] {
  return [...cves].flatMap((index) => (catalog.isCve(index) ? (catalog.content.cves[index]?.id ?? []) : [])).sort();
}
