import type { Epoch } from "../app/fleet/epoch.ts";
import type { Summary } from "../app/fleet/summary.ts";
import type { Row } from "../odata/row-values.ts";
import type { ListedDevice } from "../stores/fleet-store.ts";

/** Rows of which a device has many: its open CVEs, its software, its missing updates. */
export interface DeviceRowKind {
  /** the property that names the device */
  readonly deviceProperty: "machineId" | "deviceId";
  /** stands in the id of a row between the device's and the template's */
  readonly idSeparator: string;
  /** the members that are the device's own, besides the id */
  readonly own: (device: ListedDevice) => Row;
  /** properties that differ between devices of one inventory: the id, and those of `own` */
  readonly ownProperties: ReadonlySet<string>;
  /** What is the same for all devices of an inventory. All have the same members in the same order: those that are the device's own are empty. */
  readonly templates: (summary: Summary, epoch: Epoch) => readonly Row[];
  /** instead of all that, where rows depend on more of a device than its inventory; `ownProperties` names all of them then */
  readonly rowsOf?: (device: ListedDevice, summary: Summary) => readonly Row[];
  /** called with the devices of a batch before their rows are asked for */
  readonly prepare?: (devices: readonly ListedDevice[]) => Promise<void>;
}

/** The row of a device that a template stands for. */
export function completeRow({ own, idSeparator }: DeviceRowKind, template: Row, device: ListedDevice): Row {
  return { ...template, ...own(device), id: device.deviceId + idSeparator + String(template["id"]) };
}
