import type { ReadInSight, Sight } from "../app/fleet/walks.ts";
import type { DeviceList, DeviceQuery, FleetStore } from "../stores/fleet-store.ts";
import { hangsOn } from "./device-filter.ts";

/** A list of devices, and whether it can be relied on. */
export interface DevicesInSight extends DeviceList, ReadInSight {}

/** Which devices, whole: a brief list tells nothing of what they come to. */
type WholeQuery = Omit<DeviceQuery, "view" | "isBrief" | "asksIfExamined">;

/** What devices come to, and no column of what they reported: a filter or an order by these passes by those that nobody has looked at. */
export const ofStandings: ReadonlySet<string> = new Set(["osPlatform", "version", "osBuild", "riskScore", "exposureLevel"]);

/**
 * Reads a list of devices from a state of the fleet. Somebody else may have stored what nobody here has looked at: the list says whether that matters to it.
 * `isAsked`: another list, at the same change, has asked whether all were examined.
 */
export async function listDevices(
  store: FleetStore,
  { tenantId, view, walkId, isSettled = false }: Sight,
  query: WholeQuery,
  isAsked: boolean = false,
): Promise<DevicesInSight> {
  if (walkId !== undefined) return store.listDevices(tenantId, { ...query, view });
  const hangsOnStandings = hangsOn(query, ofStandings);
  const list = await store.listDevices(tenantId, { ...query, view, asksIfExamined: hangsOnStandings && !isSettled && !isAsked });
  if (list.isExamined === false || list.devices.some(({ standing }) => standing === undefined)) return { ...list, examined: "no" };
  return hangsOnStandings && isSettled ? { ...list, examined: "if-nobody-stored" } : list;
}
