import type { DeviceCount, DeviceStore, HistoryEntry, Tenant } from "../device-store.ts";
import { nameKey } from "../device-store.ts";
import { unpackContent } from "../inventory-packing.ts";
import { historySql } from "../sql/history.ts";
import type { Connections, Parameter } from "./connections.ts";
import { type DeviceRow, deviceColumns, toDevice } from "./device-row.ts";
import { checkInWriter } from "./postgres-check-in.ts";
import type { Replica } from "./replica.ts";

const history = historySql("$1", "$2");
const digestOfOne = "SELECT digest FROM device WHERE tenant_id = $1 AND device_id = $2";

/** Devices, what they report, and tenants. */
export function postgresDevices(connections: Connections, writer: string, replica?: Replica): Omit<DeviceStore, "close"> {
  const { all, run, allSoon } = connections;
  /** what one device comes to is asked of the primary: asking how far that has come would cost as much */
  const allAtLength = async <R extends object>(sql: string, values: readonly Parameter[]): Promise<readonly R[]> => {
    const [rows] = (await replica?.read([{ sql, values, isNamed: true }])) ?? [];
    return rows === undefined ? all<R>(sql, values) : (rows as readonly R[]);
  };
  const checkIn = checkInWriter(connections, writer);
  const ofTenant = `SELECT ${deviceColumns} FROM device WHERE tenant_id = $1`;
  return {
    tenants: () => all<Tenant>("SELECT tenant_id AS id, alias FROM tenant ORDER BY alias"),
    addTenant: async ({ id, alias }) =>
      (await run("INSERT INTO tenant (tenant_id, alias) VALUES ($1, $2) ON CONFLICT DO NOTHING", [id, alias])) === 1,
    checkIn,
    device: async (tenantId, deviceId) => {
      const [row] = await all<DeviceRow>(`${ofTenant} AND device_id = $2`, [tenantId, deviceId]);
      return row === undefined ? undefined : toDevice(row);
    },
    digestsOf: async (tenantId, deviceIds) => {
      const [only] = deviceIds;
      // The server makes one plan for all of these; for lists it makes a new one each time, which takes it half as long as the answer.
      if (only !== undefined && deviceIds.length === 1) {
        const [row] = await allSoon<{ readonly digest: string }>(digestOfOne, [tenantId, only]);
        return [row?.digest];
      }
      const rows = await allSoon<{ readonly id: string; readonly digest: string }>(
        "SELECT device_id AS id, digest FROM device WHERE tenant_id = $1 AND device_id = ANY($2)",
        [tenantId, [...new Set(deviceIds)]],
      );
      const digests = new Map(rows.map(({ id, digest }) => [id, digest]));
      return deviceIds.map((id) => digests.get(id));
    },
    devicesNamed: async (tenantId, name) =>
      (await all<DeviceRow>(`${ofTenant} AND name_key = $2 ORDER BY device_id`, [tenantId, nameKey(name)])).map(toDevice),
    devices: async (tenantId, { after = "", limit }) =>
      (await allAtLength<DeviceRow>(`${ofTenant} AND device_id > $2 ORDER BY device_id LIMIT $3`, [tenantId, after, limit])).map(toDevice),
    history: (tenantId, deviceId) => all<HistoryEntry>(history, [tenantId, deviceId]),
    deviceCounts: (tenantId) =>
      allAtLength<DeviceCount>("SELECT digest, count(*) AS devices FROM device WHERE tenant_id = $1 GROUP BY digest ORDER BY digest", [
        tenantId,
      ]),
    inventory: async (digest) => {
      const [row] = await all<{ readonly body: Uint8Array }>("SELECT body FROM inventory WHERE digest = $1", [digest]);
      return row === undefined ? undefined : unpackContent(row.body);
    },
  };
}
