import type { AssessmentStatus } from "../../domain/assessment/assessment.ts";
import { exposureScore } from "../../domain/assessment/exposure.ts";
import type { InstalledProduct } from "../../domain/assessment/installed-products.ts";
import { byRelease } from "../../domain/assessment/missing-update.ts";
import type { Shortfall } from "../../domain/assessment/shortfall.ts";
import type { Severity } from "../../domain/catalog/document.ts";
import { worse } from "../../domain/catalog/severity.ts";
import { vendorOfServiced } from "../../domain/windows/software-id.ts";
import type { DeviceCount } from "../../stores/device-store.ts";
import type { Epoch } from "./epoch.ts";
import { softwareKey } from "./software-key.ts";
import type { MissingRow, Summary } from "./summary.ts";

/** What a fleet comes to: counts of devices, made from its distinct inventories and never from its devices. */
export interface FleetTotals {
  readonly devices: Readonly<Record<AssessmentStatus | "total" | "withMissing", number>>;
  /** newest release first, then by id */
  readonly updates: readonly UpdateTotals[];
  /** by `vendor-_-name` */
  readonly software: ReadonlyMap<string, SoftwareTotals>;
  /** devices on which a CVE is open, by its index in the catalog */
  readonly exposed: ReadonlyMap<number, number>;
}

/** A missing update over all devices that miss it. */
export interface UpdateTotals extends Omit<MissingRow, "osBuild" | "cumulativeCves" | "cveAddressed" | "distinctCves"> {
  devices: number;
  /** the worst that any of the devices has */
  severity: Severity | null;
  exploited: boolean;
  productsNames: readonly string[];
  supersedes: readonly string[];
  /** the CVEs it fixes by itself, by software; no advisories */
  readonly fixes: Map<string, Set<number>>;
}

/** A software over all devices that have it. */
export interface SoftwareTotals {
  readonly vendor: string;
  readonly softwareId: string;
  isServiced: boolean;
  installed: number;
  /** devices on which one of its CVEs is open */
  exposed: number;
  /** the CVEs that are open in it anywhere, by index */
  readonly cves: Set<number>;
  readonly versions: Map<string, VersionTotals>;
  /** devices that miss an update that fixes CVEs in it, by the update's KB */
  readonly missing: Map<string, number>;
  /** points of exposure, summed over all devices, that go when nothing is open in it any more */
  relief: number;
}

export interface VersionTotals {
  installed: number;
  /** what the devices that have it lack */
  readonly shortfalls: Set<Shortfall>;
}

/** How many CVEs are open in one version of a software. */
export function openInVersion({ shortfalls }: VersionTotals, softwareId: string): number {
  const cves = new Set<number>();
  for (const { open } of shortfalls)
    for (const part of open) if (part.softwareId === softwareId) for (const cve of part.cves) cves.add(cve);
  return cves.size;
}

/** Counts a fleet. `summaries` are those of the counted digests, in their order. */
export function countFleet(epoch: Epoch, counts: readonly DeviceCount[], summaries: readonly Summary[]): FleetTotals {
  const counter = new Counter(epoch);
  for (const [index, { devices }] of counts.entries()) counter.add(summaries[index] as Summary, devices);
  return counter.totals();
}

class Counter {
  readonly #epoch: Epoch;
  readonly #devices = { total: 0, assessed: 0, unknown: 0, unsupported: 0, withMissing: 0 };
  readonly #updates = new Map<string, UpdateTotals>();
  readonly #software = new Map<string, SoftwareTotals>();
  /** devices that lack the same: thousands of inventories come to some hundred of these */
  readonly #lacking = new Map<Shortfall, number>();
  /** devices that have the same software */
  readonly #together = new Map<readonly InstalledProduct[], { devices: number; readonly shortfalls: Set<Shortfall> }>();

  constructor(epoch: Epoch) {
    this.#epoch = epoch;
  }

  add({ status, missing, shortfall, products }: Summary, devices: number): void {
    this.#devices.total += devices;
    this.#devices[status] += devices;
    const together = this.#together.get(products) ?? { devices: 0, shortfalls: new Set() };
    together.devices += devices;
    together.shortfalls.add(shortfall);
    this.#together.set(products, together);
    if (missing.length === 0) return;
    this.#devices.withMissing += devices;
    for (const row of missing) this.#addUpdate(row, devices);
    this.#lacking.set(shortfall, (this.#lacking.get(shortfall) ?? 0) + devices);
  }

  totals(): FleetTotals {
    for (const [products, { devices, shortfalls }] of this.#together) this.#addProducts(products, devices, shortfalls);
    const exposed = new Map<number, number>();
    for (const [shortfall, devices] of this.#lacking) this.#addShortfall(shortfall, devices, exposed);
    return { devices: this.#devices, updates: [...this.#updates.values()].sort(byRelease), software: this.#software, exposed };
  }

  #addProducts(products: readonly InstalledProduct[], devices: number, shortfalls: ReadonlySet<Shortfall>): void {
    const counted = new Set<SoftwareTotals>();
    for (const { vendor, softwareId, version, isServiced } of products) {
      const software = this.#softwareOf(vendor, softwareId, isServiced);
      const known = software.versions.get(version) ?? { installed: 0, shortfalls: new Set() };
      known.installed += devices;
      if (isServiced) for (const shortfall of shortfalls) known.shortfalls.add(shortfall);
      software.versions.set(version, known);
      if (!counted.has(software)) software.installed += devices;
      counted.add(software);
    }
  }

  #addUpdate(row: MissingRow, devices: number): void {
    const known = this.#updates.get(row.id);
    if (known === undefined) {
      const { osBuild: _build, cumulativeCves: _closes, cveAddressed: _pairs, distinctCves: _distinct, ...facts } = row;
      this.#updates.set(row.id, { ...facts, devices, fixes: new Map() });
      return;
    }
    known.devices += devices;
    known.severity = worse(known.severity, row.severity);
    known.exploited ||= row.exploited;
    known.productsNames = union(known.productsNames, row.productsNames);
    known.supersedes = union(known.supersedes, row.supersedes);
  }

  #addShortfall(shortfall: Shortfall, devices: number, exposed: Map<number, number>): void {
    const { open, updates } = shortfall;
    const cves = new Set(open.flatMap((part) => part.cves));
    for (const cve of cves) exposed.set(cve, (exposed.get(cve) ?? 0) + devices);
    for (const id of new Set(open.map(({ softwareId }) => softwareId))) {
      const software = this.#servicedSoftware(id);
      software.exposed += devices;
      software.relief += devices * this.#reliefBy(shortfall, id);
    }
    for (const { softwareId, cves: own } of open) for (const cve of own) this.#servicedSoftware(softwareId).cves.add(cve);
    this.#addMissing(updates, devices);
  }

  #reliefBy({ open, updates }: Shortfall, softwareId: string): number {
    const { catalog } = this.#epoch;
    const rest = open.filter((part) => part.softwareId !== softwareId);
    return exposureScore(catalog, { open, updates }) - exposureScore(catalog, { open: rest, updates });
  }

  #addMissing(updates: Shortfall["updates"], devices: number): void {
    // One KB may patch several applications of a device.
    const told = new Set<string>();
    for (const { kb, fixes } of updates) {
      for (const { softwareId, cves: own } of fixes) {
        this.#addFixes(kb, softwareId, own);
        if (told.has(`${softwareId}|${kb}`)) continue;
        told.add(`${softwareId}|${kb}`);
        const { missing } = this.#servicedSoftware(softwareId);
        missing.set(kb, (missing.get(kb) ?? 0) + devices);
      }
    }
  }

  #addFixes(kb: string, softwareId: string, cves: readonly number[]): void {
    const fixes = this.#updates.get(kb)?.fixes;
    const known = fixes?.get(softwareId) ?? new Set<number>();
    for (const cve of cves) if (this.#epoch.catalog.isCve(cve)) known.add(cve);
    fixes?.set(softwareId, known);
  }

  #servicedSoftware(softwareId: string): SoftwareTotals {
    return this.#softwareOf(vendorOfServiced(softwareId), softwareId, true);
  }

  #softwareOf(vendor: string, softwareId: string, isServiced: boolean): SoftwareTotals {
    const key = softwareKey({ vendor, softwareId });
    const known = this.#software.get(key);
    if (known !== undefined) {
      known.isServiced ||= isServiced;
      return known;
    }
    const made: SoftwareTotals = {
      ...{ vendor, softwareId, isServiced, installed: 0, exposed: 0 },
      cves: new Set(),
      versions: new Map(),
      missing: new Map(),
      relief: 0,
    };
    this.#software.set(key, made);
    return made;
  }
}

function union(a: readonly string[], b: readonly string[]): readonly string[] {
  return b.every((one) => a.includes(one)) ? a : [...new Set([...a, ...b])].sort();
}
