import { findDevices, isDeviceId } from "../app/find-devices.ts";
import type { Epoch } from "../app/fleet/epoch.ts";
import type { Fleet } from "../app/fleet/fleet.ts";
import type { Summary } from "../app/fleet/summary.ts";
import type { Sight } from "../app/fleet/walks.ts";
import type { Filter } from "../odata/filter.ts";
import type { StoredDevice } from "../stores/device-store.ts";
import { HttpError, notFound, shown, unavailable } from "./http-error.ts";
import { type Call, param } from "./route.ts";

/** The device that a path names by id or name; @throws HttpError 404 where the tenant has none, which is all that other tenants learn */
export async function deviceOfPath(fleet: Fleet, call: Call): Promise<StoredDevice> {
  const name = param(call, "id");
  const [device, other] = await findDevices(fleet.store, call.tenant.id, name);
  if (device === undefined) throw notFound(`Machine ${shown(name)}`);
  if (other === undefined) return device;
  throw new HttpError(400, "InvalidInput", `Several machines are called ${shown(name)}: name one of them by its id`);
}

/** A device for which there is an answer. */
export interface AssessedDevice {
  readonly summary: Summary;
  /** the knowledge that it was made under */
  readonly epoch: Epoch;
}

/**
 * What is known of the device that a path names. An empty list says "nothing is missing" to every client, so where that is not known
 * there is none: @throws HttpError 400 for a system that is served no more, 404 where the report does not tell, 503 before any knowledge is there
 */
export async function assessedDeviceOfPath(fleet: Fleet, call: Call): Promise<AssessedDevice> {
  const { deviceId, digest } = await digestOfPath(fleet, call);
  if (fleet.revision === 0) throw noKnowledge();
  const { epoch } = fleet;
  const summary = epoch.known(digest) ?? (await fleet.summary(epoch, digest));
  return { summary: answerable(deviceId, summary), epoch };
}

/** A device in a state of the fleet, and the change that it was read at. */
export interface DeviceInSight {
  readonly summary: Summary;
  readonly change: number;
}

/** The same in a state of the fleet, for answers that have pages; @throws HttpError as above, and 404 where the device was not there then */
export async function assessedDevice(fleet: Fleet, { tenantId, epoch, view }: Sight, deviceId: string): Promise<DeviceInSight> {
  const filter: Filter = {
    kind: "compare",
    operator: "eq",
    operand: { property: "id", type: "string", ignoreCase: false },
    value: { type: "string", value: deviceId },
  };
  const { devices, change } = await fleet.store.listDevices(tenantId, { view, filter, limit: 1 });
  const [device] = devices;
  if (device === undefined) throw notFound(`Machine ${shown(deviceId)}`);
  return { summary: answerable(deviceId, await fleet.summary(epoch, device.digest)), change };
}

function answerable(deviceId: string, summary: Summary): Summary {
  const { status, reason = "" } = summary;
  if (status === "assessed") return summary;
  if (status === "unsupported") throw new HttpError(400, "OsPlatformNotSupported", `Machine ${deviceId}: ${reason}`);
  throw new HttpError(404, "ResourceNotFound", `Machine ${deviceId} is known, but what it misses is not: ${reason}`);
}

/** Programs name devices by their id, and what they have is all that an answer needs: the rest is not read. */
async function digestOfPath(fleet: Fleet, call: Call): Promise<Pick<StoredDevice, "deviceId" | "digest">> {
  const name = param(call, "id");
  const deviceId = name.toLowerCase();
  const digest = await (call.digestAhead ?? digestById(fleet, call.tenant.id, call));
  return digest === undefined ? deviceOfPath(fleet, call) : { deviceId, digest };
}

/** The digest of a device that a path names by its id; nothing is asked for one that is named in another way. */
export async function digestById(fleet: Fleet, tenantId: string, call: Pick<Call, "params">): Promise<string | undefined> {
  const name = param(call, "id");
  return isDeviceId(name) ? fleet.digestOf(tenantId, name.toLowerCase()) : undefined;
}

/** Nothing can be said before update knowledge is there. */
export function noKnowledge(): HttpError {
  return unavailable("There is no update knowledge yet: it is being fetched, or has to be brought in with `patchgap sync`.", 30);
}
