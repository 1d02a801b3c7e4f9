import { reliefs } from "../../domain/assessment/exposure.ts";
import type { InstalledProduct } from "../../domain/assessment/installed-products.ts";
import type { Shortfall } from "../../domain/assessment/shortfall.ts";
import type { Catalog } from "../../domain/catalog/catalog.ts";
import { vendorOfServiced } from "../../domain/windows/software-id.ts";
import { softwareKey } from "./software-key.ts";

/** Devices that have the same software, and what they lack. */
export interface Together {
  devices: number;
  readonly shortfalls: Set<Shortfall>;
}

/** Devices by what they have in common: thousands of inventories come to some hundred of these. */
export interface Groups {
  readonly lacking: ReadonlyMap<Shortfall, number>;
  readonly together: ReadonlyMap<readonly InstalledProduct[], Together>;
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

export interface SoftwareCounts {
  /** by `vendor-_-name` */
  readonly software: ReadonlyMap<string, SoftwareTotals>;
  /** devices on which a CVE is open, by its index in the catalog */
  readonly exposed: ReadonlyMap<number, number>;
}

/** Counts what is installed on a fleet, and what is open in it. */
export function countSoftware(catalog: Catalog, { lacking, together }: Groups): SoftwareCounts {
  const counter = new Counter(catalog);
  for (const [products, alike] of together) counter.addProducts(products, alike);
  for (const [shortfall, devices] of lacking) counter.addShortfall(shortfall, devices);
  return counter.counts();
}

class Counter {
  readonly #catalog: Catalog;
  readonly #software = new Map<string, SoftwareTotals>();
  /** by CVE: thousands of shortfalls have thousands of them open */
  readonly #exposed: Float64Array;
  /** the last shortfall, by number, that a CVE was counted for */
  readonly #countedFor: Uint32Array;
  #shortfalls = 0;
  /** what is open in a software, by CVE */
  readonly #open = new Map<string, Uint8Array>();

  constructor(catalog: Catalog) {
    const { length } = catalog.content.cves;
    this.#catalog = catalog;
    this.#exposed = new Float64Array(length);
    this.#countedFor = new Uint32Array(length);
  }

  addProducts(products: readonly InstalledProduct[], { devices, shortfalls }: Together): void {
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

  addShortfall(shortfall: Shortfall, devices: number): void {
    const round = ++this.#shortfalls;
    for (const { softwareId, cves } of shortfall.open) {
      const open = this.#openIn(softwareId);
      for (const cve of cves) {
        open[cve] = 1;
        if (this.#countedFor[cve] === round) continue;
        this.#countedFor[cve] = round;
        this.#exposed[cve] = (this.#exposed[cve] ?? 0) + devices;
      }
    }
    for (const [softwareId, relief] of reliefs(this.#catalog, shortfall)) {
      const software = this.#servicedSoftware(softwareId);
      software.exposed += devices;
      software.relief += devices * relief;
    }
    this.#addMissing(shortfall.updates, devices);
  }

  counts(): SoftwareCounts {
    for (const [softwareId, open] of this.#open) {
      const { cves } = this.#servicedSoftware(softwareId);
      open.forEach((isOpen, cve) => void (isOpen === 1 && cves.add(cve)));
    }
    const exposed = new Map<number, number>();
    this.#exposed.forEach((devices, cve) => void (devices > 0 && exposed.set(cve, devices)));
    return { software: this.#software, exposed };
  }

  #addMissing(updates: Shortfall["updates"], devices: number): void {
    // One KB may patch several applications of a device.
    const told = new Set<string>();
    for (const { kb, fixes } of updates) {
      for (const { softwareId } of fixes) {
        if (told.has(`${softwareId}|${kb}`)) continue;
        told.add(`${softwareId}|${kb}`);
        const { missing } = this.#servicedSoftware(softwareId);
        missing.set(kb, (missing.get(kb) ?? 0) + devices);
      }
    }
  }

  #openIn(softwareId: string): Uint8Array {
    const known = this.#open.get(softwareId) ?? new Uint8Array(this.#exposed.length);
    this.#open.set(softwareId, known);
    return known;
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
