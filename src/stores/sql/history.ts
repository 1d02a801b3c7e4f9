/**
 * The changes of one device in their order; the marks stand for tenant and device, each three times. One without rows has told the same since it was first seen
 * (`firstEntry`): one statement, so that nobody sees the device after its change and the rows before it.
 */
export function historySql(tenant: string, device: string): string {
  return `SELECT at, digest FROM (
      SELECT device_id, at, digest FROM device_history WHERE tenant_id = ${tenant} AND device_id = ${device}
      UNION ALL
      SELECT d.device_id, d.first_seen AS at, d.digest FROM device d WHERE d.tenant_id = ${tenant} AND d.device_id = ${device}
        AND NOT EXISTS (SELECT 1 FROM device_history h WHERE h.tenant_id = ${tenant} AND h.device_id = ${device})) AS changes
    ORDER BY at`;
}
