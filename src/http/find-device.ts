import { findDevices } from "../app/find-devices.ts";
import type { Fleet } from "../app/fleet/fleet.ts";
import type { Summary } from "../app/fleet/summary.ts";
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
  readonly device: StoredDevice;
  readonly summary: Summary;
}

/**
 * The device that a path names, with what is known of it. An empty list says "nothing is missing" to every client, so where that is not known
 * there is none: @throws HttpError 400 for a system that is served no more, 404 where the report does not tell, 503 before any knowledge is there
 */
export async function assessedDeviceOfPath(fleet: Fleet, call: Call): Promise<AssessedDevice> {
  const device = await deviceOfPath(fleet, call);
  if (fleet.revision === 0) throw noKnowledge();
  const summary = await fleet.summary(fleet.epoch, device.digest);
  const { status, reason = "" } = summary;
  if (status === "assessed") return { device, summary };
  if (status === "unsupported") throw new HttpError(400, "OsPlatformNotSupported", `Machine ${device.deviceId}: ${reason}`);
  throw new HttpError(404, "ResourceNotFound", `Machine ${device.deviceId} is known, but what it misses is not: ${reason}`);
}

/** Nothing can be said before update knowledge is there. */
export function noKnowledge(): HttpError {
  return unavailable("There is no update knowledge yet: it is being fetched, or has to be brought in with `patchgap sync`.", 30);
}
