import type { DeviceFacts } from "../../domain/fleet/inventory-content.ts";
import type { StoredDevice } from "../device-store.ts";

/** A device as it stands in its table: lists and facts are JSON. */
export interface DeviceRow extends Omit<StoredDevice, "facts" | "assignedTags" | "removedTags"> {
  readonly reported: string;
  readonly assignedTags: string;
  readonly removedTags: string;
  /** the change of the fleet that made the row what it is */
  readonly change: number;
}

/** The columns of a DeviceRow, under its names. */
export const deviceColumns: string = `device_id AS deviceId, name, digest, first_seen AS firstSeen, last_seen AS lastSeen,
  received_at AS receivedAt, reported, assigned_tags AS assignedTags, removed_tags AS removedTags, device_value AS value, change`;

/** The device of a row. */
export function toDevice({ reported, assignedTags, removedTags, change: _, ...row }: DeviceRow): StoredDevice {
  return {
    ...row,
    facts: JSON.parse(reported) as DeviceFacts,
    assignedTags: JSON.parse(assignedTags) as string[],
    removedTags: JSON.parse(removedTags) as string[],
  };
}
