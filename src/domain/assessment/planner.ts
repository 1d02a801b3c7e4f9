import type { Catalog } from "../catalog/catalog.ts";
import type { HistoryLine } from "../catalog/release-history.ts";
import type { CatalogProduct } from "../catalog/update.ts";
import type { InstalledSoftware } from "../fleet/inventory.ts";
import type { Day } from "../windows/day.ts";
import type { SupportedSystem } from "../windows/operating-system.ts";
import { FIRST_CUMULATIVE_BUILD } from "../windows/releases.ts";
import { softwareIdOfApplication } from "../windows/software-id.ts";
import { type ApplicationScope, type Applications, applicationsOf, type Finding, recogniseApplication } from "./applications.ts";
import { buildPlan } from "./build-plan.ts";
import { netEvidence, productsOf, type SystemParts } from "./components.ts";
import type { Plan } from "./plan.ts";

/** Distinct entries of software remembered at most; past that the memory starts anew. */
const MOST_FINDINGS = 50_000;

/** Keeps the plans of one catalog on one day: a fleet has thousands of devices and a few dozen scopes. */
export class Planner {
  readonly catalog: Catalog;
  readonly asOf: Day;
  readonly #plans = new Map<string, Plan>();
  readonly #applicationPlans = new Map<string, readonly Plan[]>();
  readonly #findings = new Map<string, Finding>();

  constructor(catalog: Catalog, asOf: Day) {
    this.catalog = catalog;
    this.asOf = asOf;
  }

  /** What the software of an inventory comes to. A fleet names the same software over and over, so what an entry is gets worked out once. */
  applications(software: readonly InstalledSoftware[]): Applications {
    return applicationsOf(software.map((entry) => this.find(entry)));
  }

  /** The products of the catalog behind an entry of software, none where MSRC lists no KBs for it. */
  productsOf(entry: InstalledSoftware): readonly CatalogProduct[] {
    const finding = this.find(entry);
    return finding !== undefined && "scope" in finding ? finding.scope.products : [];
  }

  /** What one entry of software comes to. */
  find(entry: InstalledSoftware): Finding {
    const key = `${entry.name}\n${entry.version ?? ""}`;
    if (this.#findings.has(key)) return this.#findings.get(key);
    if (this.#findings.size >= MOST_FINDINGS) this.#findings.clear();
    const finding = recogniseApplication(this.catalog, entry);
    this.#findings.set(key, finding);
    return finding;
  }

  /** The plan of a system with its components. It has no nodes where the catalog names no update for the system. */
  forSystem(system: SupportedSystem, parts: SystemParts): Plan {
    return this.#keep(`system|${parts.key}`, () => {
      const products = productsOf(this.catalog, system, parts);
      const history = historyOf(this.catalog.content.history, system);
      const style = system.build >= FIRST_CUMULATIVE_BUILD ? "cumulative-system" : "track-system";
      const evidence = netEvidence(this.catalog, system, parts);
      return buildPlan(this.catalog, { products, evidence, asOf: this.asOf, style, ...(history === undefined ? {} : { history }) });
    });
  }

  /** The plans of an application: one a product, or one for all where they are names of one thing. */
  forApplication({ key, products, asOne }: ApplicationScope): readonly Plan[] {
    const known = this.#applicationPlans.get(key);
    if (known !== undefined) return known;
    const plans = asOne ? [this.#planOf(products)] : products.map((product) => this.#planOf([product]));
    this.#applicationPlans.set(key, plans);
    return plans;
  }

  #planOf(products: readonly CatalogProduct[]): Plan {
    const scope = products.map((product) => ({ product, softwareId: softwareIdOfApplication(product.name) }));
    const build = (): Plan => buildPlan(this.catalog, { products: scope, asOf: this.asOf, style: "application" });
    return this.#keep(`application|${products.map(({ name }) => name).join("|")}`, build);
  }

  #keep(key: string, build: () => Plan): Plan {
    const known = this.#plans.get(key);
    if (known !== undefined) return known;
    const plan = build();
    this.#plans.set(key, plan);
    return plan;
  }
}

/** The history's line of a build; client and server of one build have lines of their own, and so has Windows Server by name below Windows 10. */
function historyOf(history: readonly HistoryLine[], system: SupportedSystem): HistoryLine | undefined {
  return history.find((line) => {
    if (line.channel !== "rollup") return false;
    const isServer = line.product.startsWith("Windows Server");
    if (line.build !== null) return line.build === system.build && isServer === (system.role !== "client");
    return (
      system.productName === line.product ||
      system.productName.startsWith(`${line.product} for `) ||
      system.productName.startsWith(`${line.product} (`)
    );
  });
}
