import { type Examination, type FleetExaminer, fleetExaminer } from "../../domain/assessment/examine.ts";
import type { Catalog } from "../../domain/catalog/catalog.ts";
import type { Inventory } from "../../domain/fleet/inventory.ts";
import type { InventoryContent } from "../../domain/fleet/inventory-content.ts";
import { type Summariser, type Summary, summariser } from "./summary.ts";

export interface EpochParts {
  /** as the store numbers it */
  readonly number: number;
  /** of the catalog; 0 where there is none */
  readonly revision: number;
  readonly catalog: Catalog;
  /** the day whose answers these are: the last one up to today on which time changed anything */
  readonly asOf: string;
  /** the first day on which time changes something again, as a day number */
  readonly validUntil: number;
}

/**
 * One state of the knowledge, and what the fleet's inventories come to under it. Inventories that differ in nothing that matters to it come to one
 * posture, and each posture is evaluated once.
 */
export class Epoch {
  readonly number: number;
  readonly revision: number;
  readonly catalog: Catalog;
  readonly asOf: string;
  readonly validUntil: number;
  #examiner: FleetExaminer;
  #summariser: Summariser;
  /** by digest of the inventory */
  readonly #summaries = new Map<string, Summary>();
  /** by posture: the summary of the first inventory that came to it */
  readonly #postures = new Map<string, Summary>();
  /** those of them whose standing is in the store */
  readonly #kept = new Set<string>();
  #evaluations = 0;
  #evaluationMs = 0;

  constructor({ number, revision, catalog, asOf, validUntil }: EpochParts) {
    this.number = number;
    this.revision = revision;
    this.catalog = catalog;
    this.asOf = asOf;
    this.validUntil = validUntil;
    this.#examiner = fleetExaminer(catalog, { asOf });
    this.#summariser = summariser(catalog);
  }

  /** what an inventory comes to, where it was looked at before */
  known(digest: string): Summary | undefined {
    return this.#summaries.get(digest);
  }

  /** What an inventory comes to, worked out where it was not yet. */
  summarise(digest: string, content: InventoryContent): Summary {
    const known = this.#summaries.get(digest);
    if (known !== undefined) return known;
    const summary = this.#summaryOf(content);
    this.#summaries.set(digest, summary);
    return summary;
  }

  #summaryOf(content: InventoryContent): Summary {
    const posture = this.#examiner.postureOf(content);
    const products = this.#examiner.productsOf(content);
    const alike = this.#postures.get(posture.key);
    if (alike !== undefined) return this.#summariser.alike(alike, content, products);
    this.#evaluations++;
    const started = performance.now();
    const examination = this.#examiner.examinePosture(posture);
    this.#evaluationMs += performance.now() - started;
    const summary = this.#summariser.of(content, { ...examination, products });
    this.#postures.set(posture.key, summary);
    return summary;
  }

  /** Lets go of what inventories came to: most of what an epoch takes. Whoever still asks has them looked at again. */
  release(): void {
    this.#summaries.clear();
    this.#postures.clear();
    this.#examiner = fleetExaminer(this.catalog, { asOf: this.asOf });
    this.#summariser = summariser(this.catalog);
  }

  /** Whether the store has the standing of an inventory, as far as we know. */
  isKept(digest: string): boolean {
    return this.#kept.has(digest);
  }

  /** The store has no standing any more that it had. */
  forgetKept(): void {
    this.#kept.clear();
  }

  markKept(digests: Iterable<string>): void {
    for (const digest of digests) this.#kept.add(digest);
  }

  /** The whole answer for one device, reasons included; it is not kept. */
  examine(inventory: Inventory): Examination {
    this.#evaluations++;
    return this.#examiner.examine(inventory);
  }

  /** evaluations so far: one for each posture, and one for each whole answer that was asked for */
  get evaluations(): number {
    return this.#evaluations;
  }

  /** time that the evaluation of postures has taken so far */
  get evaluationMs(): number {
    return this.#evaluationMs;
  }

  /** inventories looked at so far */
  get size(): number {
    return this.#summaries.size;
  }

  /** postures that they come to */
  get postures(): number {
    return this.#postures.size;
  }
}
