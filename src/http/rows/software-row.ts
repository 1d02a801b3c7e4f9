import type { SoftwareTotals } from "../../app/fleet/count-software.ts";
import { softwareKey } from "../../app/fleet/software-key.ts";
import type { FleetTotals } from "../../app/fleet/totals.ts";
import type { InstalledProduct } from "../../domain/assessment/installed-products.ts";
import type { Shortfall } from "../../domain/assessment/shortfall.ts";
import type { Catalog } from "../../domain/catalog/catalog.ts";
import type { Row } from "../../odata/row-values.ts";

/** A software over the fleet. */
export function softwareRow(software: SoftwareTotals, { devices }: FleetTotals, catalog: Catalog): Row {
  return {
    ...names(software),
    weaknesses: software.cves.size,
    publicExploit: hasExploit(software.cves, catalog),
    activeAlert: false,
    exposedMachines: software.exposed,
    installedMachines: software.installed,
    impactScore: devices.assessed === 0 ? 0 : software.relief / devices.assessed,
    isNormalized: software.isServiced,
    category: "",
    distributions: [],
  };
}

/** A software on one device: counts are those of the device. */
export function deviceSoftwareRow(product: InstalledProduct, shortfall: Shortfall, catalog: Catalog): Row {
  const cves = new Set(shortfall.open.filter(({ softwareId }) => softwareId === product.softwareId).flatMap((part) => part.cves));
  return {
    ...names(product),
    weaknesses: cves.size,
    publicExploit: hasExploit(cves, catalog),
    activeAlert: false,
    exposedMachines: cves.size > 0 ? 1 : 0,
    installedMachines: 1,
    impactScore: 0,
    isNormalized: product.isServiced,
    category: "",
    distributions: [],
  };
}

function names(software: { readonly vendor: string; readonly softwareId: string }): Row {
  return { id: softwareKey(software), name: software.softwareId, vendor: software.vendor };
}

function hasExploit(cves: ReadonlySet<number>, { content }: Catalog): boolean {
  for (const cve of cves) if (content.cves[cve]?.exploited === true) return true;
  return false;
}
