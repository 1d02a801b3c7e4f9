import { deviceIdOf } from "../src/app/device-id.ts";
import type { Catalog } from "../src/domain/catalog/catalog.ts";
import type { Inventory } from "../src/domain/fleet/inventory.ts";
import { makePostures } from "./evaluation-postures.ts";

/** Devices that share some thousand inventories, the same ones every time: what a large fleet looks like to a store. */
export interface MadeUpFleet {
  readonly devices: number;
  readonly idOf: (device: number) => string;
  /** the native inventory of a device on one line */
  readonly lineOf: (device: number) => string;
  /** the same device with something on it that no other has; the number makes it another thing */
  readonly changedLineOf: (device: number, number: number) => string;
}

export function makeFleet(catalog: Catalog, { devices, distinct }: { readonly devices: number; readonly distinct: number }): MadeUpFleet {
  const shared = makePostures(catalog, distinct).map(sharedPart);
  const line = (device: number, software: readonly object[]): string => {
    const { before, installed, after } = shared[device % distinct] as SharedPart;
    return `${ownPart(device)}${before}${[installed, ...software.map((one) => JSON.stringify(one))].filter(Boolean).join()}${after}`;
  };
  return {
    devices,
    idOf: (device) => deviceIdOf(nameOf(device)),
    lineOf: (device) => line(device, []),
    changedLineOf: (device, number) => line(device, [{ name: "Notepad++ (64-bit x64)", version: `8.${number}` }]),
  };
}

/** What comes before and after the list of software, and the list. */
interface SharedPart {
  readonly before: string;
  readonly installed: string;
  readonly after: string;
}

function sharedPart({ os, installedKbs, software }: Inventory): SharedPart {
  return {
    before: `"os":${JSON.stringify(os)},"installedKbs":${JSON.stringify(installedKbs)},"software":[`,
    installed: software.map((one) => JSON.stringify(one)).join(),
    after: "]}",
  };
}

function ownPart(device: number): string {
  const address = `10.${device >> 16}.${(device >> 8) & 255}.${device & 255}`;
  const tags = device % 10 === 0 ? `"tags":["floor-${device % 7}"],` : "";
  return `{"schema":"patchgap.inventory/1","deviceName":"${nameOf(device)}","ipAddresses":["${address}"],${tags}`;
}

function nameOf(device: number): string {
  return `pc-${String(device).padStart(6, "0")}.contoso.example`;
}
