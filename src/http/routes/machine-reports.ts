import { deviceMoments } from "../../app/fleet/device-days.ts";
import { storedInventory } from "../../app/stored-inventory.ts";
import { satisfiedUpdates } from "../../domain/assessment/explain.ts";
import { deviceOfPath, noKnowledge } from "../find-device.ts";
import { HttpError } from "../http-error.ts";
import { type Answer, type Call, jsonType, type Route } from "../route.ts";
import type { Service } from "../service.ts";

/** What stands behind the answers for one device: ours. */
export function machineReportRoutes(service: Service): readonly Route[] {
  return [
    {
      method: "GET",
      path: "/api/machines/:id/satisfiedupdates",
      may: ["Software.Read.All"],
      summary: "the updates that a device need not install, each with what put it there or took its place",
      handle: (call) => satisfied(service, call),
    },
    {
      method: "GET",
      path: "/api/machines/:id/history",
      may: ["Software.Read.All"],
      summary: "when a device fell behind and caught up: its reports under what was published by then",
      handle: (call) => history(service, call),
    },
    {
      method: "GET",
      path: "/api/machines/:id/inventory",
      may: ["Machine.Read.All", "Machine.ReadWrite.All"],
      summary: "the newest inventory of a device, as it was received",
      handle: (call) => inventory(service, call),
    },
  ];
}

async function satisfied({ fleet }: Service, call: Call): Promise<Answer> {
  const device = await deviceOfPath(fleet, call);
  if (fleet.revision === 0) throw noKnowledge();
  const { epoch } = fleet;
  const found = satisfiedUpdates(await storedInventory(fleet.store, device), epoch.catalog, { asOf: epoch.asOf });
  if (found === undefined)
    throw new HttpError(404, "ResourceNotFound", `Machine ${device.deviceId} is known, but what is installed on it is not`);
  const value = found.map(({ kb, ...update }) => ({ id: kb, ...update }));
  return { body: JSON.stringify({ machineId: device.deviceId, value }), type: jsonType, epoch };
}

async function history({ fleet }: Service, call: Call): Promise<Answer> {
  const device = await deviceOfPath(fleet, call);
  if (fleet.revision === 0) throw noKnowledge();
  const { epoch } = fleet;
  const moments = await deviceMoments(fleet, call.tenant.id, device);
  const value = moments.map(({ state, ...moment }) => ({ ...moment, status: state }));
  return { body: JSON.stringify({ machineId: device.deviceId, value }), type: jsonType, epoch };
}

async function inventory({ fleet }: Service, call: Call): Promise<Answer> {
  const device = await deviceOfPath(fleet, call);
  const { receivedAt, deviceId, name } = device;
  const reported = await storedInventory(fleet.store, device);
  return { body: JSON.stringify({ machineId: deviceId, computerDnsName: name, receivedAt, inventory: reported }), type: jsonType };
}
