import { activeMs, type FleetView } from "../fleet-store.ts";
import type { Bind, Dialect } from "./dialect.ts";

/** Where a property of `machines` and `machineReferences` is found: SQL over `d` (device) and `s` (standing). */
export interface Column {
  readonly sql: (bind: Bind, view: FleetView) => string;
  readonly isNullable: boolean;
  /**
   * That it is the text, said of a column of a table; undefined where it cannot be said so. How many rows meet that a database can tell from its statistics; of
   * what is worked out it takes one in 200, and so reads and sorts all devices for a page of 100.
   */
  readonly isText?: (text: string, bind: Bind, view: FleetView) => string | undefined;
}

/** The columns of a dialect. None comes from a request: a filter holds names of these tables only. */
export interface Columns {
  /** every property that can be filtered or ordered by */
  readonly device: ReadonlyMap<string, Column>;
  /** lists of a device, as tables of items */
  readonly lists: ReadonlyMap<string, string>;
  /** properties of the items of `ipAddresses`: inventories name addresses only */
  readonly item: ReadonlyMap<string, Column>;
  /** the item itself: a tag */
  readonly itemValue: Column;
}

/** Names of properties and where they are, in the words of a database. */
export function columnsOf(dialect: Dialect): Columns {
  const number = (sql: string, isNullable = false): Column => ({ sql: () => sql, isNullable });
  const text = (sql: string, isNullable = false): Column => number(dialect.text(sql), isNullable);
  const none = text("CAST(NULL AS TEXT)", true);
  // Milliseconds padded to the seven digits that filters compare with.
  const moment = (name: string): Column => text(`(substr(${name}, 1, 23) || '0000Z')`);
  const seenLately = (bind: Bind, { at }: FleetView): string => `d.last_seen >= ${bind(new Date(Date.parse(at) - activeMs).toISOString())}`;
  const health: Column = {
    sql: (bind, view) => dialect.text(`(CASE WHEN ${seenLately(bind, view)} THEN 'Active' ELSE 'Inactive' END)`),
    isNullable: false,
    isText: (wanted, bind, view) => {
      if (wanted === "Active") return seenLately(bind, view);
      return wanted === "Inactive" ? `NOT (${seenLately(bind, view)})` : undefined;
    },
  };
  return {
    device: new Map([
      ["id", text("d.device_id")],
      ["isExcluded", number("0")],
      ["computerDnsName", text("d.name")],
      ["firstSeen", moment("d.first_seen")],
      ["lastSeen", moment("d.last_seen")],
      ["osPlatform", text("s.os_platform", true)],
      ["version", text("s.release", true)],
      ["osBuild", number("s.os_build", true)],
      ["lastIpAddress", text(dialect.firstAddress, true)],
      ["healthStatus", health],
      ["deviceValue", text("d.device_value")],
      ["rbacGroupId", number("d.group_id")],
      ["rbacGroupName", text("d.group_name", true)],
      ["riskScore", text("s.risk_score", true)],
      ["exposureLevel", text("s.exposure_level", true)],
      ["aadDeviceId", none],
      ["onboardingStatus", text("'Onboarded'")],
      ["detectionTime", none],
    ]),
    lists: new Map([
      ["machineTags", dialect.tagItems],
      ["ipAddresses", dialect.addressItems],
    ]),
    item: new Map([
      ["ipAddress", text(dialect.item)],
      ["macAddress", none],
      ["type", text("'Other'")],
      ["operationalStatus", text("'Up'")],
    ]),
    itemValue: text(dialect.item),
  };
}
