import { Readable } from "node:stream";
import { createGzip } from "node:zlib";
import { openWalk, resumeWalk, type Sight } from "../../app/fleet/walks.ts";
import { decodeQuery } from "../../odata/decode-query.ts";
import type { Filter } from "../../odata/filter.ts";
import type { DeviceRowKind } from "../device-row-kind.ts";
import { answerDeviceRows } from "../device-row-list.ts";
import { fromTheStart, readDeviceRows } from "../device-rows.ts";
import { type ExportFile, exportLink, readExportLink } from "../export-link.ts";
import { noKnowledge } from "../find-device.ts";
import { badRequest, notFound, unavailable } from "../http-error.ts";
import { type Context, contexts, contextUrl, EXPORT_FILES_FRAGMENT } from "../metadata/contexts.ts";
import { type Answer, type Call, jsonType, type Route } from "../route.ts";
import { asTexts } from "../row-texts.ts";
import { assetSoftware, assetVulnerabilities, missingKbs } from "../rows/asset-rows.ts";
import type { Service } from "../service.ts";
import { answerChanges } from "./vulnerability-changes.ts";

const software = ["Software.Read.All"] as const;
const vulnerabilities = ["Vulnerability.Read.All"] as const;
const kinds: Readonly<Record<ExportFile["kind"], DeviceRowKind>> = { software: assetSoftware, vulnerabilities: assetVulnerabilities };

/** The fleet in bulk: row by row in pages. */
export function exportRoutes(service: Service): readonly Route[] {
  const of = (path: string): string => `/api/machines/${path}`;
  const rows =
    (context: Context, kind: DeviceRowKind, hasSince = false) =>
    (call: Call) => {
      if (service.fleet.revision === 0) throw noKnowledge();
      return answerDeviceRows(service.fleet, call, { context, kind, hasSince });
    };
  return [
    {
      method: "GET",
      path: of("MissingKbsByMachine"),
      may: software,
      summary: "every update that every device misses",
      answers: "Collection(MissingKbByMachine)",
      options: ["pageSize", "sinceTime"],
      isList: true,
      handle: rows(contexts.missingKbsByMachine, missingKbs, true),
    },
    {
      method: "GET",
      path: of("SoftwareInventoryByMachine"),
      may: software,
      summary: "every software on every device",
      answers: "Collection(AssetSoftware)",
      options: ["pageSize"],
      isList: true,
      handle: rows(contexts.assetSoftware, assetSoftware),
    },
    {
      method: "GET",
      path: of("SoftwareVulnerabilitiesByMachine"),
      may: vulnerabilities,
      summary: "every software on every device with its open CVEs",
      answers: "Collection(AssetVulnerability)",
      options: ["pageSize"],
      isList: true,
      handle: rows(contexts.assetVulnerabilities, assetVulnerabilities),
    },
    {
      method: "GET",
      path: of("SoftwareVulnerabilityChangesByMachine"),
      may: vulnerabilities,
      summary: "CVEs that opened and closed since a moment",
      answers: "Collection(DeltaAssetVulnerability)",
      options: ["sinceTime", "pageSize"],
      needs: ["sinceTime"],
      isList: true,
      handle: (call) => answerChanges(service, call),
    },
  ];
}

/** The same as files. */
export function exportFileRoutes(service: Service): readonly Route[] {
  return [
    {
      method: "GET",
      path: "/api/machines/SoftwareInventoryExport",
      may: software,
      summary: "the software of all devices as files",
      answers: "ExportFilesResponse",
      options: ["sasValidHours"],
      handle: (call) => answerFiles(service, call, "software"),
    },
    {
      method: "GET",
      path: "/api/machines/SoftwareVulnerabilitiesExport",
      may: vulnerabilities,
      summary: "the open CVEs of all devices as files",
      answers: "ExportFilesResponse",
      options: ["sasValidHours"],
      handle: (call) => answerFiles(service, call, "vulnerabilities"),
    },
    {
      method: "GET",
      path: "/exports/:tenant/:walk/:kind/:file",
      may: "anyone",
      summary: "an export file: gzip, one JSON object a line; its address is signed and expires",
      handle: (call) => exportFile(service, call),
    },
  ];
}

const parts = "0123456789abcdef";

/** Files are written when they are fetched, from the state of the fleet at this call; none is kept on a disk. */
async function answerFiles({ fleet, exportSecret }: Service, call: Call, kind: ExportFile["kind"]): Promise<Answer> {
  if (fleet.revision === 0) throw noKnowledge();
  const lifetimeMs = hoursAsked(call) * 3_600_000;
  const walk = await openWalk(fleet, call.tenant.id, lifetimeMs);
  const expiresAt = new Date(fleet.now().getTime() + lifetimeMs).toISOString();
  const exportFiles: string[] = [];
  for (const part of parts) {
    const { devices } = await fleet.store.listDevices(call.tenant.id, { view: walk.view, filter: devicesOf(part), limit: 1 });
    const file: ExportFile = { kind, tenantId: call.tenant.id, walkId: walk.walkId ?? "", part, expiresAt };
    if (devices.length > 0) exportFiles.push(call.origin + exportLink(file, exportSecret));
  }
  const body = { "@odata.context": contextUrl(call.origin, EXPORT_FILES_FRAGMENT), exportFiles, generatedTime: walk.view.at };
  return { body: JSON.stringify(body), type: jsonType };
}

function hoursAsked({ path }: Call): number {
  const text = decodeQuery(path.query).find(({ name }) => name.toLowerCase() === "sasvalidhours")?.value ?? "1";
  const hours = Number(text);
  if (Number.isInteger(hours) && hours >= 1 && hours <= 6) return hours;
  throw badRequest("sasValidHours is a whole number from 1 to 6", "InvalidInput");
}

async function exportFile({ fleet, exportSecret }: Service, call: Call): Promise<Answer> {
  const file = readExportLink(call.params, call.path.query, { secret: exportSecret, now: fleet.now() });
  const sight = await resumeWalk(fleet, file.tenantId, file.walkId);
  if (sight === "ahead") throw unavailable("The knowledge of this export is being loaded.", 2);
  if (sight === "over") throw notFound("The export");
  const lines = Readable.from(jsonLines(fleet, sight, file), { objectMode: false });
  const packed = createGzip({ level: 6 });
  lines.on("error", (error) => packed.destroy(error));
  return { body: lines.pipe(packed), type: "application/gzip" };
}

async function* jsonLines(fleet: Service["fleet"], sight: Sight, { kind, part }: ExportFile): AsyncGenerator<string> {
  const query = { filter: deviceIdsOf(part), orderBy: [] };
  const reading = { sight, kind: kinds[kind], query, form: asTexts(kinds[kind], undefined) };
  for await (const { rows } of readDeviceRows(fleet, reading, fromTheStart, Number.POSITIVE_INFINITY)) yield `${rows.join("\n")}\n`;
}

function devicesOf(part: string): Filter {
  return { kind: "match", how: "startswith", operand: { property: "id", type: "string", ignoreCase: false }, text: part };
}

function deviceIdsOf(part: string): Filter {
  return { kind: "match", how: "startswith", operand: { property: "deviceId", type: "string", ignoreCase: false }, text: part };
}
