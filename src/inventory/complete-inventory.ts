import type { Inventory } from "../domain/fleet/inventory.ts";
import type { TextEncoding } from "./decode-text.ts";
import { UNREADABLE_CHARACTER } from "./decode-text.ts";
import { refusedDeviceName } from "./device-name.ts";
import type { InventoryFragment } from "./format.ts";
import { presentMembers } from "./present-members.ts";

/** Why a fragment is no inventory of a device. */
export interface Incomplete {
  readonly field: string;
  readonly reason: string;
  readonly hint: string;
}

/** Makes a full inventory of a fragment, or says what it lacks. What no file told is unknown, never none. */
export function completeInventory(fragment: InventoryFragment, encodings: readonly TextEncoding[]): Inventory | Incomplete {
  const { deviceName = "", os } = fragment;
  if (os?.build === undefined) {
    return {
      field: "os",
      reason: "it does not say which Windows the device runs",
      hint: "Give the device's systeminfo or osquery output beside it, with --merge.",
    };
  }
  const refused = refusedName(deviceName, encodings);
  if (refused !== undefined) return refused;
  const { installedKbs } = fragment;
  return {
    deviceName,
    ...presentMembers({ deviceId: fragment.deviceId, collectedAt: fragment.collectedAt, offeredKbs: fragment.offeredKbs }),
    ...presentMembers({ extras: fragment.extras }),
    os,
    installedKbs: installedKbs ?? null,
    msiPatchKbs: fragment.msiPatchKbs ?? null,
    software: fragment.software ?? [],
    pendingRestart: fragment.pendingRestart ?? false,
    tags: fragment.tags ?? [],
    ipAddresses: fragment.ipAddresses ?? [],
    notes: [...(fragment.notes ?? []), ...(installedKbs === undefined ? ["no hotfix list was given"] : [])],
  };
}

function refusedName(name: string, encodings: readonly TextEncoding[]): Incomplete | undefined {
  if (encodings.includes("code-page") && name.includes(UNREADABLE_CHARACTER)) {
    return {
      field: "deviceName",
      reason: "unknown encoding: the device name is not ASCII, and the text names no code page",
      hint: "Save the text as UTF-8.",
    };
  }
  const reason = refusedDeviceName(name);
  return reason === undefined
    ? undefined
    : { field: "deviceName", reason, hint: "Give all that the tool printed, from its first line on." };
}
