import type { Assessment, AssessmentStatus, MissingUpdate } from "../../domain/assessment/assessment.ts";
import type { Examination } from "../../domain/assessment/examine.ts";
import { type ExposureLevel, exposureLevel, exposureScore, riskOf } from "../../domain/assessment/exposure.ts";
import type { InstalledProduct } from "../../domain/assessment/installed-products.ts";
import { systemVersion } from "../../domain/assessment/installed-products.ts";
import type { Shortfall } from "../../domain/assessment/shortfall.ts";
import type { Catalog } from "../../domain/catalog/catalog.ts";
import type { Architecture } from "../../domain/fleet/inventory.ts";
import type { InventoryContent } from "../../domain/fleet/inventory-content.ts";
import type { Standing } from "../../domain/fleet/standing.ts";
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

export function summariser(catalog: Catalog): Summariser {
  const missing = new Shared<readonly MissingRow[]>();
  const rows = new Shared<MissingRow>();
  const products = new Shared<readonly InstalledProduct[]>();
  const product = new Shared<InstalledProduct>();
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
  const systemOf = (content: InventoryContent): SystemFacts => systems.of(systemFacts(content));
  const productsOf = (installed: readonly InstalledProduct[]): readonly InstalledProduct[] =>
    products.of(installed.map((one) => product.of(one)));
  const of: Summariser["of"] = (content, { assessment, shortfall, products: installed }) => {
    const isAssessed = assessment.status === "assessed";
    return {
      status: assessment.status,
      ...(isAssessed ? {} : { reason: assessment.notes[0] ?? "the device could not be assessed" }),
      system: systemOf(content),
      missing: missing.of((assessment.missing ?? []).map((update) => rows.of(rowOf(update)))),
      shortfall,
      products: productsOf(installed),
      pendingRestart: assessment.pendingRestart,
      ...(isAssessed ? weightOf(assessment, shortfall) : { exposure: undefined, risk: undefined, openSince: undefined }),
    };
  };
  const alike: Summariser["alike"] = (summary, content, installed) => {
    const [system, own] = [systemOf(content), productsOf(installed)];
    return system === summary.system && own === summary.products ? summary : { ...summary, system, products: own };
  };
  return { of, alike };
}

/** How bad it is to lack something: the same for all that lack the same. */
type Weight = Pick<Summary, "exposure" | "risk" | "openSince">;

function openSince(catalog: Catalog, { open }: Shortfall): number | undefined {
  const days = open.flatMap(({ cves }) => cves.flatMap((cve) => catalog.content.cves[cve]?.published ?? []));
  return days.length === 0 ? undefined : days.reduce((first, day) => Math.min(first, day));
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

function rowOf({ why: _why, machineMissedOn: _devices, ...row }: MissingUpdate): MissingRow {
  return row;
}

function systemFacts({ os }: InventoryContent): SystemFacts {
  const { name, release } = platformOf(os);
  return { platform: name, release, build: os.build ?? null, version: systemVersion(os), architecture: os.architecture ?? null };
}

/** So many different values are shared at most; past that the memory starts anew. */
const mostShared = 100_000;

class Shared<T> {
  readonly #known = new Map<string, T>();

  of(value: T): T {
    const key = JSON.stringify(value);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    if (this.#known.size >= mostShared) this.#known.clear();
    this.#known.set(key, value);
    return value;
  }
}
