import type { DeviceValue } from "../../domain/fleet/device-tags.ts";
import { isStorable } from "../../odata/texts.ts";
import type { DeviceEdit } from "../../stores/fleet-store.ts";
import { deviceOfPath } from "../find-device.ts";
import { badRequest, notFound, shown } from "../http-error.ts";
import { contexts, contextUrl } from "../metadata/contexts.ts";
import { memberOf, readJsonObject } from "../read-body.ts";
import { type Answer, type Call, jsonType, type Route } from "../route.ts";
import type { Service } from "../service.ts";
import { machineAnswer, machineRows } from "./machines.ts";

type Body = Readonly<Record<string, unknown>>;

const mayWrite = ["Machine.ReadWrite.All"] as const;
/** Defender's figure. */
const mostMachines = 500;
/** As of inventories. */
const longestTag = 1024;
const mostTags = 100;

/** What people may change about devices: tags and their value. */
export function machineChangeRoutes(service: Service): readonly Route[] {
  const one = (editOf: (body: Body) => DeviceEdit) => (call: Call) => changeOne(service, call, editOf);
  const answers = "Machine";
  return [
    {
      method: "PATCH",
      path: "/api/machines/:id",
      may: mayWrite,
      summary: "set the tags or the value of a device",
      answers,
      handle: one(patchOf),
    },
    { method: "POST", path: "/api/machines/:id/tags", may: mayWrite, summary: "add or remove a tag", answers, handle: one(tagEditOf) },
    {
      method: "POST",
      path: "/api/machines/:id/setDeviceValue",
      may: mayWrite,
      summary: "say how much a device matters",
      answers,
      handle: one((body) => ({ value: readValue(memberOf(body, "DeviceValue"), "DeviceValue") })),
    },
    {
      method: "POST",
      path: "/api/machines/AddOrRemoveTagForMultipleMachines",
      may: mayWrite,
      summary: "add or remove a tag of up to 500 devices",
      answers: "Collection(Machine)",
      handle: (call) => changeMany(service, call),
    },
  ];
}

async function changeOne(service: Service, call: Call, editOf: (body: Body) => DeviceEdit): Promise<Answer> {
  const edit = editOf(await readJsonObject(call));
  const { deviceId } = await deviceOfPath(service.fleet, call);
  await service.fleet.store.editDevices(call.tenant.id, [deviceId], edit);
  return machineAnswer(service, call, deviceId);
}

/** All or none: one unknown id, and nothing is changed. */
async function changeMany(service: Service, call: Call): Promise<Answer> {
  const body = await readJsonObject(call);
  const edit = tagEditOf(body);
  const ids = memberOf(body, "MachineIds");
  if (!Array.isArray(ids) || !ids.every((id) => typeof id === "string")) throw wrong("MachineIds is a list of ids");
  if (ids.length > mostMachines) throw badRequest(`MachineIds holds at most ${mostMachines} ids`, "MaximumBatchSizeExceeded");
  const wanted = [...new Set(ids.map((id) => id.toLowerCase()))];
  const { store } = service.fleet;
  for (const id of wanted) if ((await store.device(call.tenant.id, id)) === undefined) throw notFound(`Machine ${shown(id)}`);
  await store.editDevices(call.tenant.id, wanted, edit);
  const { rows, epoch } = await machineRows(service, call.tenant.id, wanted);
  const machines = { "@odata.context": contextUrl(call.origin, contexts.machines.fragment), value: rows };
  return { body: JSON.stringify(machines), type: jsonType, epoch };
}

function tagEditOf(body: Body): DeviceEdit {
  const tag = readTag(memberOf(body, "Value"), "Value");
  const action = String(memberOf(body, "Action")).toLowerCase();
  if (action === "add") return { addTags: [tag] };
  if (action === "remove") return { removeTags: [tag] };
  throw wrong("Action is Add or Remove");
}

function patchOf(body: Body): DeviceEdit {
  const [tags, value] = [memberOf(body, "machineTags"), memberOf(body, "deviceValue")];
  if (tags === undefined && value === undefined) throw wrong("machineTags or deviceValue is expected");
  if (tags !== undefined && (!Array.isArray(tags) || tags.length > mostTags))
    throw wrong(`machineTags is a list of at most ${mostTags} tags`);
  return {
    ...(tags === undefined ? {} : { setTags: (tags as unknown[]).map((tag, index) => readTag(tag, `machineTags[${index}]`)) }),
    ...(value === undefined ? {} : { value: readValue(value, "deviceValue") }),
  };
}

function readTag(value: unknown, name: string): string {
  const tag = typeof value === "string" ? value.trim() : "";
  if (tag !== "" && tag.length <= longestTag && isStorable(tag)) return tag;
  throw wrong(`${name} is a tag: a text of 1 to ${longestTag} characters`);
}

function readValue(value: unknown, name: string): DeviceValue {
  const found = (["Low", "Normal", "High"] as const).find((one) => typeof value === "string" && one.toLowerCase() === value.toLowerCase());
  if (found !== undefined) return found;
  throw wrong(`${name} is Low, Normal or High`);
}

function wrong(message: string): Error {
  return badRequest(`Request body is incorrect: ${message}`, "InvalidRequestBody");
}
