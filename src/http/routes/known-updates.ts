import { sightNow } from "../../app/fleet/walks.ts";
import type { Catalog } from "../../domain/catalog/catalog.ts";
import type { Severity } from "../../domain/catalog/document.ts";
import { worse } from "../../domain/catalog/severity.ts";
import type { CatalogUpdate } from "../../domain/catalog/update.ts";
import { updateChain } from "../../domain/catalog/update-chain.ts";
import { printDay } from "../../domain/windows/day.ts";
import { catalogUrl, parseKb } from "../../domain/windows/kb.ts";
import { noKnowledge } from "../find-device.ts";
import { notFound, shown } from "../http-error.ts";
import { type Answer, type Call, jsonType, param, type Route } from "../route.ts";
import type { Service } from "../service.ts";

/** Updates as the documents know them, whether a device misses them or not: ours. */
export function knownUpdateRoutes(service: Service): readonly Route[] {
  return [
    {
      method: "GET",
      path: "/api/updates/:kb",
      may: ["Software.Read.All"],
      summary: "what is known of an update: its products, its CVEs, what it replaces and what replaces it",
      handle: (call) => knownUpdate(service, call),
    },
  ];
}

async function knownUpdate({ fleet, totals }: Service, call: Call): Promise<Answer> {
  if (fleet.revision === 0) throw noKnowledge();
  const sight = await sightNow(fleet, call.tenant.id);
  const { catalog } = sight.epoch;
  const text = param(call, "kb");
  const id = parseKb(text);
  const index = id === undefined ? undefined : catalog.indexOfKb(id);
  const kb = catalog.content.kbs[index ?? -1];
  if (index === undefined || kb === undefined) throw notFound(`An update ${shown(text)}`);
  const { totals: counted } = await totals.of(sight);
  const missedOn = new Map(counted.updates.map((update) => [update.id, update.devices]));
  const withdrawn = catalog.withdrawnSince(kb.id);
  const body = {
    id: kb.id,
    name: catalog.content.documents[kb.document]?.title ?? "",
    releasedOn: printDay(kb.released),
    url: catalogUrl(kb.id),
    withdrawnOn: withdrawn === undefined ? null : printDay(withdrawn),
    machineMissedOn: missedOn.get(kb.id) ?? 0,
    ...whatItFixes(catalog, index),
    chain: updateChain(catalog, kb.id).map((link) => ({ ...link, machineMissedOn: missedOn.get(link.id) ?? 0 })),
  };
  return { body: JSON.stringify(body), type: jsonType, epoch: sight.epoch };
}

function whatItFixes(catalog: Catalog, index: number) {
  const own: { readonly name: string; readonly update: CatalogUpdate }[] = catalog.content.products.flatMap(({ name, updates }) =>
    updates.filter(({ kb }) => kb === index).map((update) => ({ name, update })),
  );
  const found = new Set(own.flatMap(({ update }) => [...update.cves]));
  const cves = [...found].flatMap((cve) => (catalog.isCve(cve) ? (catalog.content.cves[cve] ?? []) : []));
  return {
    severity: own.reduce<Severity | null>((worst, { update }) => worse(worst, update.severity), null),
    exploited: cves.some(({ exploited }) => exploited),
    products: own.map(({ name, update }) => ({
      name,
      fixedBuild: update.version ?? (update.revision === null ? null : String(update.revision)),
      cves: update.cves.length,
    })),
    cves: cves.map(({ id, title, severity, score, exploited }) => ({ id, description: title, severity, cvssV3: score, exploited })),
  };
}
