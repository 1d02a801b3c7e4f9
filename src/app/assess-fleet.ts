import { type Assess, assessor } from "../domain/assessment/assess.ts";
import type { Assessment, MissingUpdate } from "../domain/assessment/assessment.ts";
import { byRelease } from "../domain/assessment/missing-update.ts";
import type { Severity } from "../domain/catalog/document.ts";
import { worse } from "../domain/catalog/severity.ts";
import type { Inventory, OperatingSystem } from "../domain/fleet/inventory.ts";
import { compareTexts } from "../domain/text-order.ts";
import { parseDay } from "../domain/windows/day.ts";
import type { DeviceStore, StoredDevice } from "../stores/device-store.ts";
import type { Knowledge } from "./assess-inventories.ts";
import type { DeviceLine, DevicesReport, FleetCounts, FleetReport, FleetUpdate } from "./fleet-report.ts";
import { describeStaleKnowledge } from "./stale-knowledge.ts";
import { readContent, tagsOf } from "./stored-inventory.ts";

type FleetStore = Pick<DeviceStore, "deviceCounts" | "devices" | "inventory">;

/** What the fleet of a tenant misses on a day. */
export async function reportFleet(store: FleetStore, tenantId: string, knowledge: Knowledge, asOf: string): Promise<FleetReport> {
  const counts = await assessFleet(store, tenantId, assessor(knowledge.catalog, { asOf }));
  return { ...frame(knowledge, asOf), ...counts };
}

/** The devices of a tenant and how they stand on a day. */
export async function reportDevices(store: FleetStore, tenantId: string, knowledge: Knowledge, asOf: string): Promise<DevicesReport> {
  const devices = await listDevices(store, tenantId, assessor(knowledge.catalog, { asOf }));
  return { ...frame(knowledge, asOf), devices };
}

function frame({ revision, catalog }: Knowledge, asOf: string): Pick<FleetReport, "catalog" | "asOf" | "notes"> {
  const stale = describeStaleKnowledge(catalog.newestMonth, parseDay(asOf) ?? 0);
  return { catalog: { revision, ...catalog.summary }, asOf, notes: stale === undefined ? [] : [stale] };
}

/** Devices read at a time. */
const pageSize = 1_000;

/** What the fleet misses: every distinct inventory is assessed once, whatever number of devices has it. */
export async function assessFleet(store: FleetStore, tenantId: string, assess: Assess): Promise<FleetCounts> {
  const devices = { total: 0, assessed: 0, unknown: 0, unsupported: 0, withMissing: 0 };
  const updates = new Map<string, FleetUpdate>();
  for (const { digest, devices: count } of await store.deviceCounts(tenantId)) {
    const { status, missing } = (await assessDigest(store, digest, assess)).assessment;
    devices.total += count;
    devices[status] += count;
    if (missing !== null && missing.length > 0) devices.withMissing += count;
    for (const update of missing ?? []) updates.set(update.id, withDevices(updates.get(update.id), update, count));
  }
  return { devices, missing: [...updates.values()].sort(byRelease) };
}

/** A line for each device, ordered by name; every distinct inventory is assessed once. */
export async function listDevices(store: FleetStore, tenantId: string, assess: Assess): Promise<DeviceLine[]> {
  const known = new Map<string, ContentLine>();
  const lineOf = async (digest: string): Promise<ContentLine> => {
    const line = known.get(digest) ?? summarise(await assessDigest(store, digest, assess));
    known.set(digest, line);
    return line;
  };
  const lines: DeviceLine[] = [];
  for await (const device of allDevices(store, tenantId)) {
    const { deviceId, name: deviceName, firstSeen, lastSeen } = device;
    lines.push({ deviceName, deviceId, ...(await lineOf(device.digest)), firstSeen, lastSeen, tags: tagsOf(device) });
  }
  return lines.sort(byName);
}

/** Every device of a tenant, ordered by id, a page in memory at a time. */
export async function* allDevices(store: Pick<DeviceStore, "devices">, tenantId: string): AsyncGenerator<StoredDevice> {
  let page = await store.devices(tenantId, { limit: pageSize });
  for (let last = page.at(-1); last !== undefined; last = page.at(-1)) {
    yield* page;
    page = await store.devices(tenantId, { after: last.deviceId, limit: pageSize });
  }
}

type ContentLine = Pick<DeviceLine, "os" | "status" | "missing" | "severity" | "exploited" | "pendingRestart">;

interface AssessedContent {
  readonly os: OperatingSystem;
  readonly assessment: Assessment;
}

/** No answer depends on whose inventory it is. */
async function assessDigest(store: FleetStore, digest: string, assess: Assess): Promise<AssessedContent> {
  const content = await readContent(store, digest);
  const inventory: Inventory = { deviceName: "", tags: [], ipAddresses: [], ...content };
  return { os: content.os, assessment: assess(inventory) };
}

function summarise({ os, assessment: { status, missing, pendingRestart } }: AssessedContent): ContentLine {
  const severity = (missing ?? []).reduce<Severity | null>((worst, update) => worse(worst, update.severity), null);
  const exploited = missing?.some((update) => update.exploited) ?? false;
  return { os, status, missing: missing?.length ?? null, severity, exploited, pendingRestart };
}

function withDevices(known: FleetUpdate | undefined, update: MissingUpdate, count: number): FleetUpdate {
  const { id, name, releasedOn, severity, exploited, url, productsNames } = update;
  if (known === undefined) return { id, name, releasedOn, severity, exploited, machineMissedOn: count, productsNames, url };
  return {
    ...known,
    severity: worse(known.severity, severity),
    exploited: known.exploited || exploited,
    machineMissedOn: known.machineMissedOn + count,
    productsNames: [...new Set([...known.productsNames, ...productsNames])].sort(),
  };
}

/** Letter case aside. */
function byName(a: DeviceLine, b: DeviceLine): number {
  return compareTexts(a.deviceName.toLowerCase(), b.deviceName.toLowerCase()) || compareTexts(a.deviceId, b.deviceId);
}
