import type { Epoch } from "../../app/fleet/epoch.ts";
import { sightNow } from "../../app/fleet/walks.ts";
import { answerReferences } from "../device-page.ts";
import { answerDeviceRows } from "../device-row-list.ts";
import { answerEntity } from "../entity-answer.ts";
import { noKnowledge } from "../find-device.ts";
import { notFound, shown } from "../http-error.ts";
import { answerList, pageOf } from "../list-answer.ts";
import { contexts } from "../metadata/contexts.ts";
import { type Answer, type Call, param, type Route } from "../route.ts";
import { machineVulnerabilities } from "../rows/asset-rows.ts";
import { vulnerabilityRow } from "../rows/vulnerability-row.ts";
import type { Service } from "../service.ts";
import { digestsWhere } from "./software.ts";

const may = ["Vulnerability.Read.All"] as const;

/** CVEs, those that the catalog has an update for. */
export function vulnerabilityRoutes(service: Service): readonly Route[] {
  return [
    {
      method: "GET",
      path: "/api/vulnerabilities",
      may,
      summary: "the CVEs that updates are known for, and how many devices are open to each",
      answers: "Collection(Vulnerability)",
      isList: true,
      handle: (call) => allCves(service, call),
    },
    {
      method: "GET",
      path: "/api/vulnerabilities/machinesVulnerabilities",
      may,
      summary: "every CVE that is open on every device, with the update that closes it",
      answers: "Collection(PublicAssetVulnerabilityDto)",
      isList: true,
      handle: (call) => {
        if (service.fleet.revision === 0) throw noKnowledge();
        return answerDeviceRows(service.fleet, call, { context: contexts.machinesVulnerabilities, kind: machineVulnerabilities });
      },
    },
    {
      method: "GET",
      path: "/api/vulnerabilities/:id",
      may,
      summary: "one CVE",
      answers: "Vulnerability",
      handle: (call) => oneCve(service, call),
    },
    {
      method: "GET",
      path: "/api/vulnerabilities/:id/machineReferences",
      may,
      summary: "the devices that are open to a CVE",
      answers: "Collection(MachineReference)",
      isList: true,
      handle: (call) => references(service, call),
    },
  ];
}

function allCves({ fleet, totals }: Service, call: Call): Promise<Answer> {
  if (fleet.revision === 0) throw noKnowledge();
  return answerList(fleet, call, { context: contexts.vulnerabilities }, async (request) => {
    const counted = await totals.of(request.sight);
    const { catalog } = request.sight.epoch;
    const rows = catalog.content.cves.flatMap((cve, index) =>
      catalog.isCve(index) ? [vulnerabilityRow(cve, counted.totals.exposed.get(index) ?? 0)] : [],
    );
    return pageOf(rows, request, { change: counted.change });
  });
}

async function oneCve({ fleet, totals }: Service, call: Call): Promise<Answer> {
  if (fleet.revision === 0) throw noKnowledge();
  const sight = await sightNow(fleet, call.tenant.id);
  const index = findCve(sight.epoch, param(call, "id"));
  const counted = await totals.of(sight);
  const cve = sight.epoch.catalog.content.cves[index];
  if (cve === undefined) throw notFound(`Vulnerability ${shown(param(call, "id"))}`);
  return answerEntity(call, contexts.vulnerability, vulnerabilityRow(cve, counted.totals.exposed.get(index) ?? 0), sight.epoch);
}

function references(service: Service, call: Call): Promise<Answer> {
  if (service.fleet.revision === 0) throw noKnowledge();
  return answerReferences(service, call, async ({ sight }) => {
    const index = findCve(sight.epoch, param(call, "id"));
    return digestsWhere(service, sight, ({ shortfall }) => shortfall.open.some(({ cves }) => cves.includes(index)));
  });
}

function findCve({ catalog }: Epoch, id: string): number {
  const index = catalog.indexOfCve(id);
  if (index === undefined || !catalog.isCve(index)) throw notFound(`Vulnerability ${shown(id)}`);
  return index;
}
