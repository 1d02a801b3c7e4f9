import type { Filter } from "../odata/filter.ts";
import type { QueryOptions } from "../odata/query-options.ts";
import type { DeviceQuery, FleetStore, ListedDevice } from "../stores/fleet-store.ts";
import { hangsOn } from "./device-filter.ts";
import { answerList, type Page, type PageRequest } from "./list-answer.ts";
import { listDevices } from "./list-devices.ts";
import { contexts } from "./metadata/contexts.ts";
import type { Answer, Call } from "./route.ts";
import { machineReferenceRow } from "./rows/machine-row.ts";
import type { Service } from "./service.ts";
import type { SkipToken } from "./skip-token.ts";

/** A page of devices before they become rows. */
type DevicesPage = Omit<Page, "rows"> & { readonly devices: readonly ListedDevice[] };

/** A page of devices: by id a page goes on after the last device, in another order after so many. */
export async function devicesPage(
  store: FleetStore,
  { options, sight, token }: PageRequest,
  only: Pick<DeviceQuery, "filter" | "digests">,
): Promise<DevicesPage> {
  const { limit, count } = options;
  const start = startOf(options, token);
  const filter = joined(options.filter, only.filter);
  const query = {
    ...only,
    ...(filter === undefined ? {} : { filter }),
    ...start,
    // One more than wanted says whether there is another page.
    limit: limit + 1,
    count,
  };
  const { devices, total, change, examined } = await listDevices(store, sight, query);
  const page = devices.slice(0, limit);
  const last = page.at(-1);
  const next = start.orderBy === undefined && last !== undefined ? { after: last.deviceId } : { skip: start.skip + page.length };
  const hasMore = devices.length > limit && limit > 0;
  const isFleeting = hangsOn({ filter, orderBy: options.orderBy }, fleeting);
  return {
    ...{ devices: page, change, isFleeting },
    ...(examined === undefined ? {} : { examined }),
    ...(hasMore ? { next } : {}),
    ...(total === undefined ? {} : { total }),
  };
}

/** A device that reports the same again changes these and nothing else, and no change of the fleet is counted for it. */
const fleeting: ReadonlySet<string> = new Set(["lastSeen", "healthStatus"]);

function startOf({ orderBy, skip }: QueryOptions, token: SkipToken | undefined): { skip: number } & Pick<DeviceQuery, "orderBy" | "after"> {
  const isById = orderBy.length === 1 && orderBy[0]?.operand.property === "id" && !orderBy[0].descending;
  if (!isById) return { orderBy, skip: token?.skip ?? skip };
  return token?.after === undefined ? { skip } : { after: token.after, skip: 0 };
}

function joined(a: Filter | undefined, b: Filter | undefined): Filter | undefined {
  return a !== undefined && b !== undefined ? { kind: "and", terms: [a, b] } : (a ?? b);
}

/** Answers the devices that have one of some inventories: those that have a software, or a CVE open. */
export function answerReferences(service: Service, call: Call, digestsOf: (request: PageRequest) => Promise<DigestsRead>): Promise<Answer> {
  return answerList(service.fleet, call, { context: contexts.machineReferences }, async (request) => {
    const { digests, change } = await digestsOf(request);
    const { devices, ...page } = await devicesPage(service.fleet.store, request, { digests });
    return { ...page, isTorn: request.sight.walkId === undefined && change !== page.change, rows: devices.map(machineReferenceRow) };
  });
}

/** Inventories, and the change of the fleet at which they were all that there are of a kind. */
export interface DigestsRead {
  readonly digests: readonly string[];
  readonly change: number;
}
