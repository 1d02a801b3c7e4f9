import type { Inventory } from "../domain/fleet/inventory.ts";
import type { InputProblem } from "./format.ts";

/** An inventory and the file it comes from. */
export interface InventoryOfSource {
  readonly source: string;
  readonly inventory: Inventory;
}

/**
 * Tells of inventories read together that claim one identity for two devices: one id under two names, or one name with two ids.
 * Both are kept; they must not become one without anybody noticing.
 */
export function twinProblems(devices: readonly InventoryOfSource[]): InputProblem[] {
  const nameOfId = new Map<string, string>();
  const idOfName = new Map<string, string>();
  const problems: InputProblem[] = [];
  for (const { source, inventory } of devices) {
    const { deviceId } = inventory;
    if (deviceId === undefined) continue;
    const name = inventory.deviceName.toLowerCase();
    if ((nameOfId.get(deviceId) ?? name) !== name)
      problems.push({ source, field: "deviceId", message: `the id ${deviceId} is also that of a device of another name` });
    if ((idOfName.get(name) ?? deviceId) !== deviceId)
      problems.push({ source, field: "deviceName", message: "a device of the same name has another id" });
    nameOfId.set(deviceId, name);
    idOfName.set(name, deviceId);
  }
  return problems;
}
