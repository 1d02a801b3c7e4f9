import type { Epoch } from "../../app/fleet/epoch.ts";
import { readNow } from "../../app/fleet/walks.ts";
import { parseDateTime } from "../../odata/date-time.ts";
import { decodeQuery } from "../../odata/decode-query.ts";
import type { Filter } from "../../odata/filter.ts";
import type { Row } from "../../odata/row-values.ts";
import { devicesPage } from "../device-page.ts";
import { answerEntity } from "../entity-answer.ts";
import { deviceOfPath } from "../find-device.ts";
import { badRequest, notFound, shown } from "../http-error.ts";
import { answerList, type Page, type PageRequest } from "../list-answer.ts";
import { listDevices } from "../list-devices.ts";
import { contexts } from "../metadata/contexts.ts";
import { type Answer, type Call, param, type Route } from "../route.ts";
import { machineRow } from "../rows/machine-row.ts";
import type { Service } from "../service.ts";

const mayRead = ["Machine.Read.All", "Machine.ReadWrite.All"] as const;

/** Devices: lists, one, and ways to find them. */
export function machineRoutes(service: Service): readonly Route[] {
  const list = (call: Call, extra?: Filter, others: Readonly<Record<string, string>> = {}): Promise<Answer> =>
    answerList(service.fleet, call, { context: contexts.machines, others }, (request) => devicePage(service, request, extra));
  return [
    {
      method: "GET",
      path: "/api/machines",
      may: mayRead,
      summary: "the devices",
      answers: "Collection(Machine)",
      isList: true,
      handle: (call) => list(call),
    },
    {
      method: "GET",
      path: "/api/machines/findbytag",
      may: mayRead,
      summary: "the devices that have a tag",
      answers: "Collection(Machine)",
      options: ["tag", "useStartsWithFilter"],
      needs: ["tag"],
      isList: true,
      handle: (call) => {
        const { tag, startsWith } = tagAsked(call);
        const others = { tag, ...(startsWith ? { useStartsWithFilter: "true" } : {}) };
        return list(call, tagFilter(tag, startsWith), others);
      },
    },
    {
      method: "GET",
      path: "/api/machines/findbyip/:args",
      written: "/api/machines/findbyip(ip=':ip',timestamp=:timestamp)",
      may: mayRead,
      summary: "the devices that had an address a quarter of an hour before or after a moment",
      answers: "Collection(Machine)",
      isList: true,
      handle: (call) => list(call, addressFilter(param(call, "args"), service.fleet.now())),
    },
    {
      method: "GET",
      path: "/api/machines/:id",
      may: mayRead,
      summary: "a device, by id or name",
      answers: "Machine",
      handle: (call) => oneMachine(service, call),
    },
  ];
}

async function oneMachine(service: Service, call: Call): Promise<Answer> {
  const { deviceId } = await deviceOfPath(service.fleet, call);
  return machineAnswer(service, call, deviceId);
}

/** One device, as it is now. */
export async function machineAnswer(service: Service, call: Call, deviceId: string): Promise<Answer> {
  const { rows, epoch } = await machineRows(service, call.tenant.id, [deviceId]);
  const [row] = rows;
  if (row === undefined) throw notFound(`Machine ${shown(deviceId)}`);
  return answerEntity(call, contexts.machine, row, epoch);
}

/** Devices by their ids, as they are now, in the order of the ids. */
export async function machineRows(
  { fleet }: Service,
  tenantId: string,
  deviceIds: readonly string[],
): Promise<{ readonly rows: readonly Row[]; readonly epoch: Epoch }> {
  const ids: Filter = {
    kind: "in",
    operand: { property: "id", type: "string", ignoreCase: false },
    values: deviceIds.map((value) => ({ type: "string", value })),
  };
  const { read, sight } = await readNow(fleet, tenantId, (seen) =>
    listDevices(fleet.store, seen, { filter: ids, limit: deviceIds.length }),
  );
  return { rows: read.devices.map((device) => machineRow(device, sight.view.at)), epoch: sight.epoch };
}

/** One page of devices, read from the store. */
async function devicePage({ fleet }: Service, request: PageRequest, extra: Filter | undefined): Promise<Page> {
  const { sight } = request;
  const { devices, ...page } = await devicesPage(fleet.store, request, extra === undefined ? {} : { filter: extra });
  return { ...page, rows: devices.map((device) => machineRow(device, sight.view.at)) };
}

function tagAsked({ path }: Call): { readonly tag: string; readonly startsWith: boolean } {
  const given = new Map(decodeQuery(path.query).map(({ name, value }) => [name.toLowerCase(), value ?? ""]));
  const tag = given.get("tag") ?? "";
  if (tag === "") throw badRequest("tag is missing: findbytag?tag=…&useStartsWithFilter=true", "MissingRequiredParameter");
  const flag = (given.get("usestartswithfilter") ?? "false").toLowerCase();
  if (flag !== "true" && flag !== "false") throw badRequest("useStartsWithFilter is true or false", "InvalidInput");
  return { tag, startsWith: flag === "true" };
}

function tagFilter(tag: string, startsWith: boolean): Filter {
  const operand = { property: undefined, type: "string", ignoreCase: false } as const;
  const condition: Filter = startsWith
    ? { kind: "match", how: "startswith", operand, text: tag }
    : { kind: "compare", operator: "eq", operand, value: { type: "string", value: tag } };
  return { kind: "any", collection: "machineTags", condition };
}

const aroundMs = 15 * 60_000;
const mostDaysBack = 30;

/** `ip='10.0.0.7',timestamp=2019-09-22T08:44:05Z`: devices that report the address and were last seen about then. */
function addressFilter(args: string, now: Date): Filter {
  const parts = /^\s*ip\s*=\s*'([^']{1,64})'\s*,\s*timestamp\s*=\s*'?([^',]{1,40})'?\s*$/i.exec(args);
  const moment = parseDateTime((parts?.[2] ?? "").trim());
  if (parts?.[1] === undefined || moment === undefined)
    throw badRequest("findbyip(ip='10.248.240.38',timestamp=2019-09-22T08:44:05Z) is expected", "InvalidInput");
  const time = Date.parse(`${moment.slice(0, 23)}Z`);
  if (now.getTime() - time > mostDaysBack * 86_400_000)
    throw badRequest(`timestamp lies more than ${mostDaysBack} days back`, "InvalidInput");
  const seen = (operator: "ge" | "le", ms: number): Filter => ({
    kind: "compare",
    operator,
    operand: { property: "lastSeen", type: "dateTime", ignoreCase: false },
    value: { type: "dateTime", value: new Date(time + ms).toISOString().replace("Z", "0000Z") },
  });
  const address: Filter = {
    kind: "compare",
    operator: "eq",
    operand: { property: "ipAddress", type: "string", ignoreCase: true },
    value: { type: "string", value: parts[1] },
  };
  return {
    kind: "and",
    terms: [{ kind: "any", collection: "ipAddresses", condition: address }, seen("ge", -aroundMs), seen("le", aroundMs)],
  };
}
