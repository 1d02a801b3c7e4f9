import type { StoredDevice } from "../device-store.ts";

/** A device as it stands in its table: lists and facts are JSON. */
export interface DeviceRow extends Omit<StoredDevice, "facts" | "assignedTags"> {
  readonly reported: string;
  readonly assignedTags: string;
}

/** The columns of a DeviceRow, under its names. */
export const deviceColumns: string = `device_id AS deviceId, name, digest, first_seen AS firstSeen, last_seen AS lastSeen,
  received_at AS receivedAt, reported, assigned_tags AS assignedTags`;
