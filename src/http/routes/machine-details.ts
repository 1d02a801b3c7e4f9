import type { Fleet } from "../../app/fleet/fleet.ts";
import { softwareKey } from "../../app/fleet/software-key.ts";
import { describeStaleKnowledge } from "../../app/stale-knowledge.ts";
import { storedInventory } from "../../app/stored-inventory.ts";
import { examiner } from "../../domain/assessment/examine.ts";
import { decodeQuery } from "../../odata/decode-query.ts";
import { projectRow } from "../../odata/project-row.ts";
import { parseQueryOptions } from "../../odata/query-options.ts";
import type { Row } from "../../odata/row-values.ts";
import { assessedDevice, assessedDeviceOfPath, type DeviceInSight, deviceOfPath, digestById, noKnowledge } from "../find-device.ts";
import { answerList, type Page, type PageRequest, pageOf } from "../list-answer.ts";
import { type Context, contexts, contextUrl } from "../metadata/contexts.ts";
import { type Answer, type Call, jsonType, type Route } from "../route.ts";
import { missingKbRow, missingKbsText, missingUpdateRow } from "../rows/missing-row.ts";
import { recommendationRow } from "../rows/recommendation-row.ts";
import { deviceSoftwareRow } from "../rows/software-row.ts";
import { vulnerabilityRow } from "../rows/vulnerability-row.ts";
import type { Service } from "../service.ts";

/** What is known of one device: its missing updates above all. */
export function machineDetailRoutes(service: Service): readonly Route[] {
  const of = (path: string): string => `/api/machines/:id/${path}`;
  return [
    {
      method: "GET",
      path: of("getmissingkbs"),
      may: ["Software.Read.All"],
      summary: "the updates that a device misses",
      answers: "Collection(PublicProductFixDto)",
      isList: true,
      digestAhead: (tenantId, call) => (isPlain(call) ? digestById(service.fleet, tenantId, call) : undefined),
      handle: (call) => missingKbs(service, call),
    },
    {
      method: "GET",
      path: of("missingupdates"),
      may: ["Software.Read.All"],
      summary: "the updates that a device misses, with reasons, severity, CVE ids, and what limits the answer",
      answers: "Collection(MissingUpdate)",
      options: ["includeSuperseded"],
      isList: true,
      handle: (call) => missingUpdates(service, call),
    },
    {
      method: "GET",
      path: of("software"),
      may: ["Software.Read.All"],
      summary: "the software on a device",
      answers: "Collection(Software)",
      isList: true,
      handle: (call) => software(service, call),
    },
    {
      method: "GET",
      path: of("vulnerabilities"),
      may: ["Vulnerability.Read.All"],
      summary: "the CVEs that are open on a device",
      answers: "Collection(PublicVulnerabilityDto)",
      isList: true,
      handle: (call) => vulnerabilities(service, call),
    },
    {
      method: "GET",
      path: of("recommendations"),
      may: ["SecurityRecommendation.Read.All"],
      summary: "what to do about a device",
      answers: "Collection(Recommendation)",
      isList: true,
      handle: (call) => recommendations(service, call),
    },
  ];
}

function isPlain({ path }: Pick<Call, "path">): boolean {
  return path.query === "" && !path.countOnly;
}

/** The call that everything is about: without options, which no known client sends, nothing is parsed and no row is built twice. */
async function missingKbs({ fleet }: Service, call: Call): Promise<Answer> {
  if (isPlain(call)) {
    const { summary, epoch } = await assessedDeviceOfPath(fleet, call);
    return { body: `${missingKbsHead(call.origin)}${missingKbsText(summary.missing)}}`, type: jsonType, epoch };
  }
  return answerOfDevice(fleet, call, contexts.missingKbs, async ({ summary, change }, request) =>
    pageOf(summary.missing.map(missingKbRow), request, { change, isInOrder: true }),
  );
}

const heads = new Map<string, string>();

/** What stands before the list: one for each name of the server. */
function missingKbsHead(origin: string): string {
  const known = heads.get(origin);
  if (known !== undefined) return known;
  const context = JSON.stringify({ "@odata.context": contextUrl(origin, contexts.missingKbs.fragment) });
  const head = `${context.slice(0, -1)},"value":`;
  heads.set(origin, head);
  return head;
}

/** Answers a list of what is known of one device; its pages see the device as it was when the first was read. */
async function answerOfDevice(
  fleet: Fleet,
  call: Call,
  context: Context,
  pageFor: (device: DeviceInSight, request: PageRequest) => Promise<Page>,
): Promise<Answer> {
  const { deviceId } = await deviceOfPath(fleet, call);
  if (fleet.revision === 0) throw noKnowledge();
  return answerList(fleet, call, { context }, async (request) => {
    const device = await assessedDevice(fleet, request.sight, deviceId);
    const page = await pageFor(device, request);
    return { ...page, isTorn: request.sight.walkId === undefined && page.change !== device.change };
  });
}

/** Status and notes stand beside the list: it is null where nobody knows, and never empty then. */
async function missingUpdates({ fleet }: Service, call: Call): Promise<Answer> {
  const options = parseQueryOptions(call.path.query, contexts.missingUpdates.entity);
  const includeSuperseded = decodeQuery(call.path.query).some(
    ({ name, value }) => name.toLowerCase() === "includesuperseded" && value?.toLowerCase() === "true",
  );
  const device = await deviceOfPath(fleet, call);
  if (fleet.revision === 0) throw noKnowledge();
  const inventory = await storedInventory(fleet.store, device);
  const { epoch } = fleet;
  const { assessment, shortfall } = includeSuperseded
    ? examiner(epoch.catalog, { asOf: epoch.asOf, includeSuperseded })(inventory)
    : epoch.examine(inventory);
  const stale = describeStaleKnowledge(epoch.catalog.newestMonth, fleet.today());
  const rows = assessment.missing?.map((update) => missingUpdateRow(update, shortfall, epoch.catalog));
  // Whatever belongs to one device is one answer: there is no next page of it.
  const limit = options.top ?? Number.POSITIVE_INFINITY;
  const page = rows === undefined ? undefined : pageOf(rows, { options: { ...options, limit }, token: undefined }, { isInOrder: true });
  const body = {
    "@odata.context": contextUrl(call.origin, contexts.missingUpdates.fragment),
    ...{ machineId: device.deviceId, computerDnsName: device.name, status: assessment.status },
    asOf: fleet.now().toISOString().slice(0, 10),
    lastSeen: device.lastSeen,
    pendingRestart: assessment.pendingRestart,
    notes: stale === undefined ? assessment.notes : [...assessment.notes, stale],
    products: assessment.products,
    offeredKbs: device.facts.offeredKbs ?? null,
    ...(options.count ? { "@odata.count": page?.total ?? 0 } : {}),
    value: page?.rows.map((row) => projectRow(row, options.select)) ?? null,
  };
  return { body: JSON.stringify(body), type: jsonType, epoch };
}

function software({ fleet }: Service, call: Call): Promise<Answer> {
  return answerOfDevice(fleet, call, contexts.software, async ({ summary, change }, request) => {
    const { catalog } = request.sight.epoch;
    const byKey = new Map<string, Row>();
    for (const product of summary.products) byKey.set(softwareKey(product), deviceSoftwareRow(product, summary.shortfall, catalog));
    return pageOf([...byKey.values()], request, { change, isInOrder: true });
  });
}

function vulnerabilities({ fleet, totals }: Service, call: Call): Promise<Answer> {
  return answerOfDevice(fleet, call, contexts.discoveredVulnerabilities, async ({ summary }, request) => {
    const counted = await totals.of(request.sight);
    const { cves } = request.sight.epoch.catalog.content;
    const indices = new Set(summary.shortfall.open.flatMap((part) => part.cves));
    const rows = [...indices].flatMap((index) => {
      const cve = cves[index];
      return cve === undefined ? [] : [vulnerabilityRow(cve, counted.totals.exposed.get(index) ?? 0)];
    });
    return pageOf(rows, request, { change: counted.change });
  });
}

function recommendations({ fleet, totals }: Service, call: Call): Promise<Answer> {
  return answerOfDevice(fleet, call, contexts.recommendations, async ({ summary }, request) => {
    const counted = await totals.of(request.sight);
    const wanted = new Set(summary.shortfall.updates.flatMap(({ fixes }) => fixes.map(({ softwareId }) => softwareId)));
    const affected = [...counted.totals.software.values()].filter(({ softwareId, isServiced }) => isServiced && wanted.has(softwareId));
    const rows = affected.map((each) => recommendationRow(each, counted.totals, request.sight.epoch.catalog));
    return pageOf(rows, request, { change: counted.change });
  });
}
