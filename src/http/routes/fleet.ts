import { type FleetFigures, figuresOf, type PatchAge, patchAgeOf } from "../../app/fleet/overview.ts";
import { sightNow } from "../../app/fleet/walks.ts";
import { printDay } from "../../domain/windows/day.ts";
import { noKnowledge } from "../find-device.ts";
import { fleetMachinesPage, standingsAsked } from "../fleet-machines.ts";
import { knowledgeAge } from "../knowledge-age.ts";
import { answerList } from "../list-answer.ts";
import { contexts } from "../metadata/contexts.ts";
import { type Answer, type Call, jsonType, type Route } from "../route.ts";
import type { Service } from "../service.ts";

const may = ["Software.Read.All"] as const;

/** The fleet at a glance: ours, Defender has no such calls. */
export function fleetRoutes(service: Service): readonly Route[] {
  return [
    {
      method: "GET",
      path: "/api/fleet",
      may,
      summary: "how many devices are current, behind, unknown or unsupported, and how old the knowledge is",
      handle: (call) => figures(service, call),
    },
    {
      method: "GET",
      path: "/api/fleet/patchage",
      may,
      summary: "by group, how long devices have been open",
      handle: (call) => patchAges(service, call),
    },
    {
      method: "GET",
      path: "/api/fleet/exposure",
      may,
      summary: "the exposure of the fleet on each of the last 90 days",
      handle: (call) => exposure(service, call),
    },
    {
      method: "GET",
      path: "/api/fleet/machines",
      may,
      summary: "the devices with how they stand: status, missing updates, worst severity",
      answers: "Collection(FleetMachine)",
      options: ["status", "severity", "kb", "rankBy"],
      isList: true,
      handle: (call) => machines(service, call),
    },
  ];
}

async function figures({ fleet }: Service, call: Call): Promise<Answer> {
  if (fleet.revision === 0) throw noKnowledge();
  const { epoch, view, tenantId } = await sightNow(fleet, call.tenant.id);
  const { counts } = await fleet.counts.of(tenantId, view);
  const digests = counts.map(({ digest }) => digest);
  const found: FleetFigures = figuresOf(counts, await fleet.summaries(epoch, digests));
  const { documents, newest, absent } = epoch.catalog.summary;
  const knowledge = { revision: epoch.revision, documents, newest, absent, ...knowledgeAge(epoch.catalog, fleet.today()) };
  return { body: JSON.stringify({ asOf: printDay(fleet.today()), ...found, knowledge }), type: jsonType, epoch };
}

type AgeRow = Record<PatchAge | "devices", number> & { readonly rbacGroupName: string | null };

async function patchAges({ fleet }: Service, call: Call): Promise<Answer> {
  if (fleet.revision === 0) throw noKnowledge();
  const { epoch, view, tenantId } = await sightNow(fleet, call.tenant.id);
  const { counts } = await fleet.store.countDigests(tenantId, view, { byGroup: true });
  const summaries = await fleet.summaries(
    epoch,
    counts.map(({ digest }) => digest),
  );
  const rows = new Map<number, AgeRow>();
  for (const [index, { groupId, groupName, devices }] of counts.entries()) {
    const row = rows.get(groupId) ?? emptyRow(groupName);
    rows.set(groupId, row);
    row.devices += devices;
    const summary = summaries[index];
    if (summary !== undefined) row[patchAgeOf(summary, fleet.today())] += devices;
  }
  const value = [...rows.values()].sort(
    (a, b) => b.devices - a.devices || (a.rbacGroupName ?? "").localeCompare(b.rbacGroupName ?? "", "en"),
  );
  return { body: JSON.stringify({ value }), type: jsonType, epoch };
}

function emptyRow(rbacGroupName: string | null): AgeRow {
  const none = { current: 0, days7: 0, days30: 0, days60: 0, days90: 0, older: 0, unknown: 0, unsupported: 0 };
  return { rbacGroupName, devices: 0, ...none };
}

/** Counting may take longer than a client waits: until it is done, the answer says so. */
async function exposure({ fleet, exposures }: Service, call: Call): Promise<Answer> {
  if (fleet.revision === 0) throw noKnowledge();
  await fleet.settling.now();
  const { isCounting, days } = await exposures.of(call.tenant.id);
  const value = days.map((day) => ({ ...day, exposure: Math.round(day.exposure * 100) / 100 }));
  return { body: JSON.stringify({ state: isCounting ? "counting" : "counted", value }), type: jsonType };
}

function machines(service: Service, call: Call): Promise<Answer> {
  if (service.fleet.revision === 0) throw noKnowledge();
  const asked = standingsAsked(call);
  const others = Object.fromEntries(Object.entries(asked).filter((entry): entry is [string, string] => entry[1] !== undefined));
  return answerList(service.fleet, call, { context: contexts.fleetMachines, others }, (request) =>
    fleetMachinesPage(service, request, asked),
  );
}
