import type Database from "better-sqlite3";
import type { DeviceCount, DeviceStore, HistoryEntry, StoredDevice, Tenant } from "../device-store.ts";
import { nameKey } from "../device-store.ts";
import { unpackContent } from "../inventory-packing.ts";
import { historySql } from "../sql/history.ts";
import { type DeviceRow, deviceColumns, toDevice } from "./device-row.ts";
import { knownDigests } from "./known-digests.ts";
import { checkInWriter } from "./sqlite-check-in.ts";
import type { Guarded } from "./sqlite-errors.ts";
import type { DataVersion } from "./watch-others.ts";

/** The devices of an open database. Statements are prepared when they are first needed. */
export function sqliteDevices(database: Database.Database, guarded: Guarded, dataVersion: DataVersion): Omit<DeviceStore, "close"> {
  const ask = <P extends unknown[], R>(sql: string): (() => Database.Statement<P, R>) => once(() => database.prepare<P, R>(sql));
  const tenants = ask<[], Tenant>("SELECT tenant_id AS id, alias FROM tenant ORDER BY alias");
  const addTenant = ask<[string, string], never>("INSERT OR IGNORE INTO tenant (tenant_id, alias) VALUES (?, ?)");
  const byId = ask<[string, string], DeviceRow>(`SELECT ${deviceColumns} FROM device WHERE tenant_id = ? AND device_id = ?`);
  const byName = ask<[string, string], DeviceRow>(
    `SELECT ${deviceColumns} FROM device WHERE tenant_id = ? AND name_key = ? ORDER BY device_id`,
  );
  const page = ask<[string, string, number], DeviceRow>(
    `SELECT ${deviceColumns} FROM device WHERE tenant_id = ? AND device_id > ? ORDER BY device_id LIMIT ?`,
  );
  const history = ask<[string, string, string, string, string, string], HistoryEntry>(historySql("?", "?"));
  const counts = ask<[string], DeviceCount>(
    "SELECT digest, count(*) AS devices FROM device WHERE tenant_id = ? GROUP BY digest ORDER BY digest",
  );
  const body = ask<[string], { readonly body: Uint8Array }>("SELECT body FROM inventory WHERE digest = ?");
  const digests = once(() => knownDigests(database, dataVersion));
  const writer = once(() => checkInWriter(database));
  const checkIn: ReturnType<typeof checkInWriter> = (tenantId, checkIns, standings) => {
    digests().forget(
      tenantId,
      checkIns.map(({ deviceId }) => deviceId),
    );
    return writer()(tenantId, checkIns, standings);
  };
  return {
    tenants: () => guarded(() => tenants().all()),
    addTenant: ({ id, alias }) => guarded(() => addTenant().run(id, alias).changes === 1),
    checkIn: (tenantId, checkIns, standings) => guarded(() => checkIn(tenantId, checkIns, standings)),
    device: (tenantId, deviceId) => guarded(() => deviceOf(byId().get(tenantId, deviceId))),
    digestsOf: (tenantId, deviceIds) => guarded(() => digests().read(tenantId, deviceIds)),
    devicesNamed: (tenantId, name) => guarded(() => byName().all(tenantId, nameKey(name)).map(toDevice)),
    devices: (tenantId, { after = "", limit }) => guarded(() => page().all(tenantId, after, limit).map(toDevice)),
    history: (tenantId, deviceId) => guarded(() => history().all(tenantId, deviceId, tenantId, deviceId, tenantId, deviceId)),
    deviceCounts: (tenantId) => guarded(() => counts().all(tenantId)),
    inventory: (digest) => guarded(() => contentOf(body().get(digest))),
  };
}

/** Makes a thing when it is first asked for. */
export function once<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

function deviceOf(row: DeviceRow | undefined): StoredDevice | undefined {
  return row === undefined ? undefined : toDevice(row);
}

function contentOf(row: { readonly body: Uint8Array } | undefined): ReturnType<typeof unpackContent> | undefined {
  return row === undefined ? undefined : unpackContent(row.body);
}
