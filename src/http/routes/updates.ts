import type { UpdateTotals } from "../../app/fleet/count-updates.ts";
import { type Sight, sightNow } from "../../app/fleet/walks.ts";
import { parseKb } from "../../domain/windows/kb.ts";
import { answerReferences } from "../device-page.ts";
import { answerEntity } from "../entity-answer.ts";
import { noKnowledge } from "../find-device.ts";
import { notFound, shown } from "../http-error.ts";
import { answerList, pageOf } from "../list-answer.ts";
import { contexts } from "../metadata/contexts.ts";
import { type Answer, type Call, param, type Route } from "../route.ts";
import { fleetUpdateRow } from "../rows/missing-row.ts";
import type { Service } from "../service.ts";
import { digestsWhere } from "./software.ts";

const may = ["Software.Read.All"] as const;

/** The fleet by update: ours, Defender has no such call. */
export function updateRoutes(service: Service): readonly Route[] {
  return [
    {
      method: "GET",
      path: "/api/missingupdates",
      may,
      summary: "every update that devices miss, and how many miss it",
      answers: "Collection(MissingUpdate)",
      isList: true,
      handle: (call) => allUpdates(service, call),
    },
    {
      method: "GET",
      path: "/api/missingupdates/:kb",
      may,
      summary: "a missing update, and how many devices miss it",
      answers: "MissingUpdate",
      handle: (call) => oneUpdate(service, call),
    },
    {
      method: "GET",
      path: "/api/missingupdates/:kb/machines",
      may,
      summary: "the devices that miss an update",
      answers: "Collection(MachineReference)",
      isList: true,
      handle: (call) => machines(service, call),
    },
  ];
}

function allUpdates({ fleet, totals }: Service, call: Call): Promise<Answer> {
  if (fleet.revision === 0) throw noKnowledge();
  return answerList(fleet, call, { context: contexts.missingUpdates }, async (request) => {
    const counted = await totals.of(request.sight);
    const rows = counted.totals.updates.map((update) => fleetUpdateRow(update, request.sight.epoch.catalog));
    return pageOf(rows, request, { change: counted.change, isInOrder: true });
  });
}

async function oneUpdate(service: Service, call: Call): Promise<Answer> {
  const sight = await sightNow(service.fleet, call.tenant.id);
  const { update } = await find(service, sight, param(call, "kb"));
  return answerEntity(call, contexts.missingUpdate, fleetUpdateRow(update, sight.epoch.catalog), sight.epoch);
}

function machines(service: Service, call: Call): Promise<Answer> {
  return answerReferences(service, call, async ({ sight }) => {
    const { update } = await find(service, sight, param(call, "kb"));
    return digestsWhere(service, sight, ({ missing }) => missing.some(({ id }) => id === update.id));
  });
}

async function find({ fleet, totals }: Service, sight: Sight, text: string): Promise<{ readonly update: UpdateTotals }> {
  if (fleet.revision === 0) throw noKnowledge();
  const kb = parseKb(text);
  const counted = await totals.of(sight);
  const update = counted.totals.updates.find(({ id }) => id === kb);
  if (update === undefined) throw notFound(`A missing update ${shown(text)}`);
  return { update };
}
