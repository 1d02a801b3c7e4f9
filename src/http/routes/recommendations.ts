import type { SoftwareTotals } from "../../app/fleet/count-software.ts";
import type { FleetTotals } from "../../app/fleet/totals.ts";
import { type Sight, sightNow } from "../../app/fleet/walks.ts";
import { answerReferences } from "../device-page.ts";
import { answerEntity } from "../entity-answer.ts";
import { noKnowledge } from "../find-device.ts";
import { notFound, shown } from "../http-error.ts";
import { answerList, pageOf } from "../list-answer.ts";
import { contexts } from "../metadata/contexts.ts";
import { type Answer, type Call, param, type Route } from "../route.ts";
import { recommendationId, recommendationRow } from "../rows/recommendation-row.ts";
import { softwareRow } from "../rows/software-row.ts";
import { vulnerabilityRow } from "../rows/vulnerability-row.ts";
import type { Service } from "../service.ts";
import { digestsWhere } from "./software.ts";

const may = ["SecurityRecommendation.Read.All"] as const;

/** What to do: one recommendation for every software that misses an update somewhere. */
export function recommendationRoutes(service: Service): readonly Route[] {
  const of = (path: string): string => `/api/recommendations/:id/${path}`;
  return [
    {
      method: "GET",
      path: "/api/recommendations",
      may,
      summary: "what to do about the fleet",
      answers: "Collection(Recommendation)",
      isList: true,
      handle: (call) => allRecommendations(service, call),
    },
    {
      method: "GET",
      path: "/api/recommendations/:id",
      may,
      summary: "one recommendation",
      answers: "Recommendation",
      handle: (call) => one(service, call, "recommendation"),
    },
    {
      method: "GET",
      path: of("software"),
      // Defender's page has the one for applications and the other for users.
      may: ["Software.Read.All", "SecurityRecommendation.Read.All"],
      summary: "the software that a recommendation is about",
      answers: "PublicProductDto",
      handle: (call) => one(service, call, "software"),
    },
    {
      method: "GET",
      path: of("machineReferences"),
      may,
      summary: "the devices that a recommendation is for",
      answers: "Collection(MachineReference)",
      isList: true,
      handle: (call) => references(service, call),
    },
    {
      method: "GET",
      path: of("vulnerabilities"),
      may: ["Vulnerability.Read.All"],
      summary: "the CVEs that a recommendation closes",
      answers: "Collection(PublicVulnerabilityDto)",
      isList: true,
      handle: (call) => cves(service, call),
    },
  ];
}

function allRecommendations({ fleet, totals }: Service, call: Call): Promise<Answer> {
  if (fleet.revision === 0) throw noKnowledge();
  return answerList(fleet, call, { context: contexts.recommendations }, async (request) => {
    const counted = await totals.of(request.sight);
    const rows = [...counted.totals.software.values()]
      .filter(({ missing }) => missing.size > 0)
      .map((each) => recommendationRow(each, counted.totals, request.sight.epoch.catalog));
    return pageOf(rows, request, { change: counted.change });
  });
}

async function one(service: Service, call: Call, what: "recommendation" | "software"): Promise<Answer> {
  const sight = await sightNow(service.fleet, call.tenant.id);
  const { software, totals } = await find(service, sight, param(call, "id"));
  const { epoch } = sight;
  const { catalog } = epoch;
  if (what === "recommendation") return answerEntity(call, contexts.recommendation, recommendationRow(software, totals, catalog), epoch);
  return answerEntity(call, contexts.recommendedSoftware, softwareRow(software, totals, catalog), epoch);
}

function references(service: Service, call: Call): Promise<Answer> {
  return answerReferences(service, call, async ({ sight }) => {
    const { software } = await find(service, sight, param(call, "id"));
    return digestsWhere(service, sight, ({ shortfall }) => shortfall.open.some(({ softwareId }) => softwareId === software.softwareId));
  });
}

function cves(service: Service, call: Call): Promise<Answer> {
  return answerList(service.fleet, call, { context: contexts.discoveredVulnerabilities }, async (request) => {
    const { software, totals, change } = await find(service, request.sight, param(call, "id"));
    const all = request.sight.epoch.catalog.content.cves;
    const rows = [...software.cves].flatMap((index) => {
      const cve = all[index];
      return cve === undefined ? [] : [vulnerabilityRow(cve, totals.exposed.get(index) ?? 0)];
    });
    return pageOf(rows, request, { change });
  });
}

interface Found {
  readonly software: SoftwareTotals;
  readonly totals: FleetTotals;
  readonly change: number;
}

async function find({ fleet, totals }: Service, sight: Sight, id: string): Promise<Found> {
  if (fleet.revision === 0) throw noKnowledge();
  const counted = await totals.of(sight);
  for (const software of counted.totals.software.values())
    if (software.missing.size > 0 && recommendationId(software) === id.toLowerCase()) return { software, ...counted };
  throw notFound(`Recommendation ${shown(id)}`);
}
