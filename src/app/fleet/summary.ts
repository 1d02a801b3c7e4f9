import type { Assessment, AssessmentStatus, MissingUpdate } from "../../domain/assessment/assessment.ts";
import type { Examination } from "../../domain/assessment/examine.ts";
import { type ExposureLevel, exposureLevel, exposureScore, riskOf } from "../../domain/assessment/exposure.ts";
import type { InstalledProduct } from "../../domain/assessment/installed-products.ts";
import { systemVersion } from "../../domain/assessment/installed-products.ts";
import type { Shortfall } from "../../domain/assessment/shortfall.ts";
import type { Catalog } from "../../domain/catalog/catalog.ts";
import type { Architecture, OperatingSystem } from "../../domain/fleet/inventory.ts";
import type { InventoryContent } from "../../domain/fleet/inventory-content.ts";
import type { Standing } from "../../domain/fleet/standing.ts";
import { remembered } from "../../domain/remembered.ts";
import { platformOf } from "../../domain/windows/platform.ts";

/** A missing update as far as it is the same for many devices: the words of its reason are not kept. */
export type MissingRow = Omit<MissingUpdate, "why" | "machineMissedOn">;

/** What an inventory comes to under an epoch: small, with parts that are shared by all that have the same. */
export interface Summary {
  readonly status: AssessmentStatus;
  /** why there is no answer; absent where there is one */
  readonly reason?: string;
  readonly system: SystemFacts;
  /** newest release first; empty where there is no answer (ask the status first) */
  readonly missing: readonly MissingRow[];
  readonly shortfall: Shortfall;
  readonly products: readonly InstalledProduct[];
  readonly pendingRestart: boolean;
  /** 0 to 100; undefined where there is no answer */
  readonly exposure: number | undefined;
  readonly risk: ExposureLevel | undefined;
  /** the day, as a number, on which the first of the CVEs that are open was published; undefined where none is known to be */
  readonly openSince: number | undefined;
}

/** The system of a device in the words of a fleet's owner. */
export interface SystemFacts {
  readonly platform: string | null;
  readonly release: string | null;
  readonly build: number | null;
  /** `10.0.19045.2965` */
  readonly version: string;
  readonly architecture: Architecture | null;
}

/** Makes summaries under one catalog; equal parts become the same objects. */
export interface Summariser {
  readonly of: (content: InventoryContent, examination: Examination) => Summary;
  /** Of an inventory that comes to the same as one summarised before, and may differ in what is installed and how the system is called. */
  readonly alike: (summary: Summary, content: InventoryContent, products: readonly InstalledProduct[]) => Summary;
}

/** Begins to make summaries under a catalog. */
export function summariser(catalog: Catalog): Summariser {
  const missing = new SharedLists<MissingRow>(keyOfRow);
  const products = new SharedLists<InstalledProduct>(keyOfProduct);
  const systems = new Shared<SystemFacts>();
  const weights = new WeakMap<Shortfall, Weight>();
  const weightOf = (assessment: Assessment, shortfall: Shortfall): Weight => {
    const weight = weights.get(shortfall) ?? {
      exposure: exposureScore(catalog, shortfall),
      risk: riskOf(catalog, assessment, shortfall),
      openSince: openSince(catalog, shortfall),
    };
    weights.set(shortfall, weight);
    return weight;
  };
  // One list for all that lack the same.
  const rowsOf = remembered((updates: readonly MissingUpdate[]) => missing.of(updates.map(rowOf)));
  const systemOf = remembered((os: OperatingSystem) => systems.of(systemFacts(os)).value);
  const of: Summariser["of"] = (content, { assessment, shortfall, products: installed }) => {
    const isAssessed = assessment.status === "assessed";
    return {
      status: assessment.status,
      ...(isAssessed ? {} : { reason: assessment.notes[0] ?? "the device could not be assessed" }),
      system: systemOf(content.os),
      missing: rowsOf(assessment.missing ?? nothing),
      shortfall,
      products: products.of(installed),
      pendingRestart: assessment.pendingRestart,
      ...(isAssessed ? weightOf(assessment, shortfall) : { exposure: undefined, risk: undefined, openSince: undefined }),
    };
  };
  const alike: Summariser["alike"] = (summary, content, installed) => {
    const [system, own] = [systemOf(content.os), products.of(installed)];
    return system === summary.system && own === summary.products ? summary : { ...summary, system, products: own };
  };
  return { of, alike };
}

const nothing: readonly MissingUpdate[] = [];

/** How bad it is to lack something: the same for all that lack the same. */
type Weight = Pick<Summary, "exposure" | "risk" | "openSince">;

function openSince(catalog: Catalog, { open }: Shortfall): number | undefined {
  const { cves: known } = catalog.content;
  let first = Number.POSITIVE_INFINITY;
  for (const { cves } of open) for (const cve of cves) first = Math.min(first, known[cve]?.published ?? first);
  return Number.isFinite(first) ? first : undefined;
}

/** What lists of devices are filtered and ordered by. */
export function standingOf(digest: string, { system, exposure, risk }: Summary): Standing {
  const { platform, release, build, architecture } = system;
  return {
    digest,
    osPlatform: platform,
    release,
    osBuild: build,
    architecture,
    exposureLevel: exposure === undefined ? null : exposureLevel(exposure),
    riskScore: risk ?? null,
  };
}

/** By what it was made of: all that lack the same share that. */
const rowOf = remembered(({ why: _why, machineMissedOn: _devices, ...row }: MissingUpdate): MissingRow => row);

function systemFacts(os: OperatingSystem): SystemFacts {
  const { name, release } = platformOf(os);
  return { platform: name, release, build: os.build ?? null, version: systemVersion(os), architecture: os.architecture ?? null };
}

/** The name comes last, for it alone may have any sign in it; the address is made of the number. */
function keyOfRow(row: MissingRow): string {
  const { id, osBuild, releasedOn, severity, exploited, cveAddressed, distinctCves, cumulativeCves } = row;
  const counts = `${cveAddressed} ${distinctCves} ${cumulativeCves}`;
  return `${id} ${osBuild} ${releasedOn} ${severity} ${exploited} ${counts} ${row.productsNames.join()} ${row.supersedes.join()} ${row.name}`;
}

/** What devices report may have any sign in it: the lengths say where a part ends. */
function keyOfProduct({ vendor, softwareId, version, isServiced }: InstalledProduct): string {
  return `${vendor.length} ${softwareId.length} ${isServiced} ${vendor}${softwareId}${version}`;
}

/** So many different values are shared at most; past that the memory starts anew. */
const mostShared = 100_000;

interface Numbered<T> {
  readonly value: T;
  readonly number: number;
}

/** Values that are equal become the same one. */
class Shared<T> {
  readonly #known = new Map<string, Numbered<T>>();
  #count = 0;

  of(value: T, key: string = JSON.stringify(value)): Numbered<T> {
    return this.known(key) ?? this.#keep(value, key);
  }

  known(key: string): Numbered<T> | undefined {
    return this.#known.get(key);
  }

  #keep(value: T, key: string): Numbered<T> {
    if (this.#known.size >= mostShared) this.#known.clear();
    const numbered = { value, number: this.#count++ };
    this.#known.set(key, numbered);
    return numbered;
  }
}

/** Lists of values that are shared themselves: known by the numbers of these, which take a hundredth of the room of their text. */
class SharedLists<T extends object> {
  readonly #values = new Shared<T>();
  /** whoever lists a fleet names the same objects over and over: their texts need not be made again */
  readonly #named = new WeakMap<T, Numbered<T>>();
  readonly #lists = new Shared<readonly T[]>();
  readonly #keyOf: (value: T) => string;

  constructor(keyOf: (value: T) => string) {
    this.#keyOf = keyOf;
  }

  of(list: readonly T[]): readonly T[] {
    const shared = list.map((value) => this.#valueOf(value));
    const key = shared.map(({ number }) => number).join();
    const known = this.#lists.known(key);
    if (known !== undefined) return known.value;
    const values = shared.map(({ value }) => value);
    return this.#lists.of(values, key).value;
  }

  #valueOf(value: T): Numbered<T> {
    const named = this.#named.get(value);
    if (named !== undefined) return named;
    const numbered = this.#values.of(value, this.#keyOf(value));
    this.#named.set(value, numbered);
    return numbered;
  }
}
