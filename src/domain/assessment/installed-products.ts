import type { InstalledSoftware, Inventory } from "../fleet/inventory.ts";
import { identifySystem, type SupportedSystem } from "../windows/operating-system.ts";
import { otherSoftware, softwareIdOfApplication, vendorOfServiced } from "../windows/software-id.ts";
import { partsOf, productsOf } from "./components.ts";
import type { Planner } from "./planner.ts";

/** A software on a device, under the name a fleet's owner looks for. */
export interface InstalledProduct {
  /** `microsoft` */
  readonly vendor: string;
  /** `windows_10`: the part of Defender's id after `-_-` */
  readonly softwareId: string;
  /** empty where the inventory does not say */
  readonly version: string;
  /** MSRC names updates for it */
  readonly isServiced: boolean;
}

/** The system, its components, and what is installed on it. */
export function installedProducts(planner: Planner, inventory: Inventory): readonly InstalledProduct[] {
  const system = identifySystem(inventory.os);
  const own = system.status === "supported" ? systemProducts(planner, system, inventory) : [];
  const others = inventory.software.map((entry) => productOfEntry(planner, entry)).sort(byName);
  return withoutRepeats([...own, ...others]);
}

/** `10.0.19045.2965`; without the revision where that is not known */
export function systemVersion({ version = "10.0", build, ubr }: Inventory["os"]): string {
  return [version, build, ubr].filter((part) => part !== undefined).join(".");
}

function systemProducts(planner: Planner, system: SupportedSystem, inventory: Inventory): InstalledProduct[] {
  const version = systemVersion(inventory.os);
  const parts = partsOf(system, inventory);
  const components = new Set(productsOf(planner.catalog, system, parts).map(({ softwareId }) => softwareId));
  components.delete(system.softwareId);
  const net = [...parts.netVersions].sort().at(-1) ?? "";
  const componentOf = (softwareId: string): InstalledProduct => ({
    vendor: vendorOfServiced(softwareId),
    softwareId,
    version: softwareId === ".net_framework" ? net : "",
    isServiced: true,
  });
  const own: InstalledProduct = { vendor: "microsoft", softwareId: system.softwareId, version, isServiced: true };
  return [own, ...[...components].map(componentOf).sort(byName)];
}

/** Parts of the system that an inventory may list with a version of their own. */
const SYSTEM_PARTS: readonly (readonly [RegExp, string])[] = [
  [/\.NET Framework/, ".net_framework"],
  [/Internet Explorer/, "internet_explorer"],
  [/^Adobe Flash/, "flash_player"],
  [/^Microsoft Edge\b/, "edge_chromium-based"],
];

function productOfEntry(planner: Planner, entry: InstalledSoftware): InstalledProduct {
  const version = entry.version ?? "";
  const part = SYSTEM_PARTS.find(([pattern]) => pattern.test(entry.name))?.[1];
  if (part !== undefined) return { vendor: vendorOfServiced(part), softwareId: part, version, isServiced: true };
  const product = planner.productsOf(entry)[0];
  if (product !== undefined) return { vendor: "microsoft", softwareId: softwareIdOfApplication(product.name), version, isServiced: true };
  return { ...otherSoftware(entry.name, entry.vendor), version, isServiced: false };
}

/** One with a version says more than one without; two versions of one software are two. */
function withoutRepeats(products: readonly InstalledProduct[]): readonly InstalledProduct[] {
  const versioned = new Set(products.filter(({ version }) => version !== "").map(({ vendor, softwareId }) => `${vendor}|${softwareId}`));
  const kept = new Map<string, InstalledProduct>();
  for (const product of products) {
    const { vendor, softwareId, version } = product;
    if (version === "" && versioned.has(`${vendor}|${softwareId}`)) continue;
    const key = `${vendor}|${softwareId}|${version}`;
    if (!kept.has(key)) kept.set(key, product);
  }
  return [...kept.values()];
}

function byName(a: InstalledProduct, b: InstalledProduct): number {
  const [left, right] = [`${a.vendor}|${a.softwareId}|${a.version}`, `${b.vendor}|${b.softwareId}|${b.version}`];
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
