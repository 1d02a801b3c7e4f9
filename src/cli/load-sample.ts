import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { defaultTenant } from "../app/device-id.ts";
import { ingestInventories } from "../app/ingest-inventories.ts";
import { syncCatalog } from "../app/sync-catalog.ts";
import { openExistingStore, openFeed, packageFolder, readItems, type Store, syncTools } from "../compose.ts";
import type { Config } from "../config/config.ts";
import { ProductError } from "../domain/errors.ts";
import type { InventoryItem } from "../inventory/format.ts";
import { tenantOf } from "./knowledge.ts";

/** The tag of every device of the sample. */
export const sampleTag = "sample";

/** The sample is true as of this time: its newest document was last revised that day, and its devices were last seen by then. */
export const sampleTime = "2026-03-31T12:00:00.000Z";

/** What the bundled sample came to. */
export interface LoadedSample {
  /** documents held and devices read, those that were there already included */
  readonly documents: number;
  readonly devices: number;
  /** how many documents and devices are new or other than before */
  readonly changes: number;
  /** revision of the catalog they make */
  readonly revision: number;
}

/**
 * Brings the bundled documents and devices into a store kept for them alone, never that of real devices. What is there already stays as it is;
 * @throws ProductError `file` where a part of the sample cannot be read
 */
export async function loadSample(store: Store, { now }: { readonly now: () => Date }): Promise<LoadedSample> {
  const folder = join(packageFolder, "sample");
  const { documents, catalog } = await syncCatalog({ feed: await openFeed(join(folder, "documents")) }, await syncTools(store, now));
  for (const { outcome, location, error } of documents) if (outcome === "failed") throw damaged(location, error?.message);
  const devices = { ids: new Set<string>(), changed: new Set<string>() };
  // Devices that do not say when they were looked at count as seen at the sample's own time, however often it is loaded.
  const tools = { store, tenant: await tenantOf(store, { tenant: defaultTenant }), now: () => new Date(sampleTime), tags: [sampleTag] };
  for await (const { outcome, source, problems, device: { deviceId = "" } = {} } of ingestInventories(readSampleDevices(folder), tools)) {
    if (outcome === "refused") throw damaged(source, problems[0]?.message);
    devices.ids.add(deviceId);
    if (outcome === "new" || outcome === "updated") devices.changed.add(deviceId);
  }
  const changes = devices.changed.size + documents.filter(({ outcome }) => outcome !== "unchanged").length;
  return { documents: documents.length, devices: devices.ids.size, changes, revision: catalog?.revision ?? 0 };
}

/** What a made-up company's devices reported in the months before; devices in five formats, and the company as it is. */
async function* readSampleDevices(folder: string): AsyncGenerator<InventoryItem> {
  for (const part of ["earlier", "inventories", "fleet"].map((name) => join(folder, name))) {
    for (const name of (await orDamaged(part, readdir(part))).sort()) {
      const path = join(part, name);
      yield* readItems(inOnePiece(await orDamaged(path, readFile(path))), path, {});
    }
  }
}

async function* inOnePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function orDamaged<T>(source: string, reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    throw damaged(source, error instanceof Error ? error.message : String(error));
  }
}

function damaged(source: string, why = "it cannot be read"): ProductError {
  return new ProductError("file", `the bundled sample is damaged: ${why}`, { place: { source }, hint: "Install patchgap again." });
}

/** Whether the data folder holds a catalog or a device: then there is no need for a sample. Nothing is made where there is none. */
export async function hasRealData(config: Pick<Config, "data" | "database">): Promise<boolean> {
  const store = await openIfThere(config);
  if (store === undefined) return false;
  try {
    if ((await store.currentCatalog()) !== undefined) return true;
    for (const { id } of await store.tenants()) if ((await store.devices(id, { limit: 1 })).length > 0) return true;
    return false;
  } finally {
    await store.close();
  }
}

async function openIfThere(config: Pick<Config, "data" | "database">): Promise<Store | undefined> {
  try {
    return await openExistingStore(config);
  } catch (error) {
    if (error instanceof ProductError && error.code === "no-catalog") return undefined;
    throw error;
  }
}
