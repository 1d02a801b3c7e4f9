import type { Epoch } from "../app/fleet/epoch.ts";
import type { Fleet } from "../app/fleet/fleet.ts";
import { printMonth } from "../domain/windows/day.ts";
import { knowledgeAge } from "./knowledge-age.ts";

/** What every answer says of the knowledge behind it; a warning where it is older than it should be. */
export function catalogHeaders(fleet: Fleet, staleAfterDays: number): (epoch?: Epoch) => Readonly<Record<string, string>> {
  let known: { readonly key: string; readonly headers: Readonly<Record<string, string>> } | undefined;
  return (epoch = fleet.epoch) => {
    const today = fleet.today();
    const key = `${epoch.number} ${epoch.revision} ${today}`;
    if (known?.key !== key) known = { key, headers: headersOf(epoch, today, staleAfterDays) };
    return known.headers;
  };
}

function headersOf(epoch: Epoch, today: number, staleAfterDays: number): Readonly<Record<string, string>> {
  const { newestMonth } = epoch.catalog;
  if (newestMonth === undefined) return { "X-Patchgap-Catalog": "revision=0" };
  const age = knowledgeAge(epoch.catalog, today).ageDays ?? 0;
  const value = `revision=${epoch.revision}; newest=${printMonth(newestMonth)}; age=${age}`;
  return age > staleAfterDays ? { "X-Patchgap-Catalog": value, Warning: '110 - "knowledge is stale"' } : { "X-Patchgap-Catalog": value };
}
