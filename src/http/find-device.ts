import { findDevices, isDeviceId } from "../app/find-devices.ts";
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

/**
 * What is known of the device that a path names. An empty list says "nothing is missing" to every client, so where that is not known
 * there is none: @throws HttpError 400 for a system that is served no more, 404 where the report does not tell, 503 before any knowledge is there
 */
export async function summaryOfPath(fleet: Fleet, call: Call): Promise<Summary> {
  const { deviceId, digest } = await digestOfPath(fleet, call);
  if (fleet.revision === 0) throw noKnowledge();
  const summary = fleet.epoch.known(digest) ?? (await fleet.summary(fleet.epoch, digest));
  const { status, reason = "" } = summary;
  if (status === "assessed") return summary;
  if (status === "unsupported") throw new HttpError(400, "OsPlatformNotSupported", `Machine ${deviceId}: ${reason}`);
  throw new HttpError(404, "ResourceNotFound", `Machine ${deviceId} is known, but what it misses is not: ${reason}`);
}

/** Programs name devices by their id, and what they have is all that an answer needs: the rest is not read. */
async function digestOfPath(fleet: Fleet, call: Call): Promise<Pick<StoredDevice, "deviceId" | "digest">> {
  const name = param(call, "id");
  const deviceId = name.toLowerCase();
  const digest = isDeviceId(name) ? await fleet.digestOf(call.tenant.id, deviceId) : undefined;
  return digest === undefined ? deviceOfPath(fleet, call) : { deviceId, digest };
}

/** Nothing can be said before update knowledge is there. */
export function noKnowledge(): HttpError {
  return unavailable("There is no update knowledge yet: it is being fetched, or has to be brought in with `patchgap sync`.", 30);
}
