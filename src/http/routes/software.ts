import { openInVersion, type SoftwareTotals } from "../../app/fleet/count-software.ts";
import { softwareKey } from "../../app/fleet/software-key.ts";
import type { Summary } from "../../app/fleet/summary.ts";
import type { FleetTotals } from "../../app/fleet/totals.ts";
import type { Sight } from "../../app/fleet/walks.ts";
import { sightNow } from "../../app/fleet/walks.ts";
import type { Row } from "../../odata/row-values.ts";
import { answerReferences, type DigestsRead } from "../device-page.ts";
import { answerEntity } from "../entity-answer.ts";
import { noKnowledge } from "../find-device.ts";
import { notFound, shown } from "../http-error.ts";
import { answerList, type PageRequest, pageOf } from "../list-answer.ts";
import { type Context, contexts } from "../metadata/contexts.ts";
import { type Answer, type Call, param, type Route } from "../route.ts";
import { softwareKbRow } from "../rows/missing-row.ts";
import { softwareRow } from "../rows/software-row.ts";
import { vulnerabilityRow } from "../rows/vulnerability-row.ts";
import type { Service } from "../service.ts";

const mayRead = ["Software.Read.All"] as const;

/** Software over the fleet. */
export function softwareRoutes(service: Service): readonly Route[] {
  const rows = (context: Context, rowsOf: RowsOf) => (call: Call) => answerSoftware(service, call, context, rowsOf);
  return [
    {
      method: "GET",
      path: "/api/software",
      may: mayRead,
      summary: "the software of the fleet",
      answers: "Collection(Software)",
      isList: true,
      handle: (call) => allSoftware(service, call),
    },
    {
      method: "GET",
      path: "/api/software/:id",
      may: mayRead,
      summary: "one software",
      answers: "Software",
      handle: (call) => oneSoftware(service, call),
    },
    {
      method: "GET",
      path: "/api/software/:id/distributions",
      may: mayRead,
      summary: "the versions of a software, and how many devices have each",
      answers: "Collection(Distribution)",
      isList: true,
      handle: rows(contexts.distributions, distributionRows),
    },
    {
      method: "GET",
      path: "/api/software/:id/machineReferences",
      may: mayRead,
      summary: "the devices that have a software",
      answers: "Collection(MachineReference)",
      isList: true,
      handle: (call) => references(service, call),
    },
    {
      method: "GET",
      path: "/api/software/:id/vulnerabilities",
      may: ["Vulnerability.Read.All"],
      summary: "the CVEs that are open in a software somewhere",
      answers: "Collection(PublicVulnerabilityDto)",
      isList: true,
      handle: rows(contexts.discoveredVulnerabilities, cveRows),
    },
    {
      method: "GET",
      path: "/api/software/:id/getmissingkbs",
      may: mayRead,
      summary: "the updates for a software that devices miss",
      answers: "Collection(PublicProductFixDto)",
      isList: true,
      handle: rows(contexts.missingKbs, kbRows),
    },
  ];
}

type RowsOf = (software: SoftwareTotals, totals: FleetTotals, request: PageRequest) => readonly Row[];

function allSoftware({ fleet, totals }: Service, call: Call): Promise<Answer> {
  if (fleet.revision === 0) throw noKnowledge();
  return answerList(fleet, call, { context: contexts.software }, async (request) => {
    const counted = await totals.of(request.sight);
    const { catalog } = request.sight.epoch;
    const rows = [...counted.totals.software.values()].map((each) => softwareRow(each, counted.totals, catalog));
    return pageOf(rows, request, { change: counted.change });
  });
}

async function oneSoftware(service: Service, call: Call): Promise<Answer> {
  const sight = await sightNow(service.fleet, call.tenant.id);
  const { software, totals } = await findSoftware(service, sight, param(call, "id"));
  return answerEntity(call, contexts.oneSoftware, softwareRow(software, totals, sight.epoch.catalog), sight.epoch);
}

async function answerSoftware(service: Service, call: Call, context: Context, rowsOf: RowsOf): Promise<Answer> {
  return answerList(service.fleet, call, { context }, async (request) => {
    const { software, totals, change } = await findSoftware(service, request.sight, param(call, "id"));
    return pageOf(rowsOf(software, totals, request), request, { change, isInOrder: context === contexts.missingKbs });
  });
}

/** A software of the fleet, by its id in any case; @throws HttpError 404 where no device has it */
export async function findSoftware(
  { fleet, totals }: Service,
  sight: Sight,
  id: string,
): Promise<{ readonly software: SoftwareTotals; readonly totals: FleetTotals; readonly change: number }> {
  if (fleet.revision === 0) throw noKnowledge();
  const counted = await totals.of(sight);
  const software = counted.totals.software.get(id.toLowerCase());
  if (software === undefined) throw notFound(`Software ${shown(id)}`);
  return { software, ...counted };
}

function distributionRows({ versions, softwareId }: SoftwareTotals): readonly Row[] {
  return [...versions].map(([version, each]) => ({
    version,
    installations: each.installed,
    vulnerabilities: openInVersion(each, softwareId),
  }));
}

function cveRows({ cves }: SoftwareTotals, { exposed }: FleetTotals, { sight }: PageRequest): readonly Row[] {
  const all = sight.epoch.catalog.content.cves;
  return [...cves].flatMap((index) => {
    const cve = all[index];
    return cve === undefined ? [] : [vulnerabilityRow(cve, exposed.get(index) ?? 0)];
  });
}

/** In the order of release, as `updates` are. */
function kbRows({ missing, softwareId }: SoftwareTotals, { updates }: FleetTotals): readonly Row[] {
  return updates.flatMap((update) => {
    const devices = missing.get(update.id);
    return devices === undefined ? [] : [softwareKbRow(update, softwareId, devices)];
  });
}

function references(service: Service, call: Call): Promise<Answer> {
  return answerReferences(service, call, async ({ sight }) => {
    const { software } = await findSoftware(service, sight, param(call, "id"));
    const key = softwareKey(software);
    return digestsWhere(service, sight, ({ products }) => products.some((product) => softwareKey(product) === key));
  });
}

/** The inventories of a fleet that come to something. */
export async function digestsWhere(
  { fleet }: Service,
  { tenantId, epoch, view }: Sight,
  accepts: (summary: Summary) => boolean,
): Promise<DigestsRead> {
  const { counts, change } = await fleet.counts.of(tenantId, view);
  const digests = counts.map(({ digest }) => digest);
  const summaries = await fleet.summaries(epoch, digests);
  return { digests: digests.filter((_, index) => accepts(summaries[index] as Summary)), change };
}
