import type { Catalog } from "../catalog/catalog.ts";
import type { HistoryLine } from "../catalog/release-history.ts";
import type { Day } from "../windows/day.ts";
import type { IdentifiedSystem } from "../windows/operating-system.ts";
import { FIRST_CUMULATIVE_BUILD } from "../windows/releases.ts";
import { softwareIdOfApplication } from "../windows/software-id.ts";
import type { ApplicationScope } from "./applications.ts";
import { buildPlan } from "./build-plan.ts";
import { productsOf, type SystemParts } from "./components.ts";
import type { Plan } from "./plan.ts";

type Supported = Extract<IdentifiedSystem, { status: "supported" }>;

/** Keeps the plans of one catalog on one day: a fleet has thousands of devices and a few dozen scopes. */
export class Planner {
  readonly catalog: Catalog;
  readonly asOf: Day;
  readonly #plans = new Map<string, Plan>();

  constructor(catalog: Catalog, asOf: Day) {
    this.catalog = catalog;
    this.asOf = asOf;
  }

  /** The plan of a system with its components. It has no nodes where the catalog names no update for the system. */
  forSystem(system: Supported, parts: SystemParts): Plan {
    return this.#keep(`system|${parts.key}`, () => {
      const products = productsOf(this.catalog, system, parts);
      const history = historyOf(this.catalog.content.history, system);
      const style = system.build >= FIRST_CUMULATIVE_BUILD ? "cumulative-system" : "track-system";
      return buildPlan(this.catalog, { products, asOf: this.asOf, style, ...(history === undefined ? {} : { history }) });
    });
  }

  /** The plans of an application: one a product, but one for all of SQL Server's cumulative updates. */
  forApplication(scope: ApplicationScope): readonly Plan[] {
    const asOne = scope.products.every(({ name }) => name.startsWith("Microsoft SQL Server"));
    const groups = asOne ? [scope.products] : scope.products.map((product) => [product]);
    return groups.map((products) =>
      this.#keep(`application|${products.map(({ name }) => name).join("|")}`, () =>
        buildPlan(this.catalog, {
          products: products.map((product) => ({ product, softwareId: softwareIdOfApplication(product.name) })),
          asOf: this.asOf,
          style: "application",
        }),
      ),
    );
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
function historyOf(history: readonly HistoryLine[], system: Supported): HistoryLine | undefined {
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
