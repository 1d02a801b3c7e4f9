import type { Catalog } from "../../src/domain/catalog/catalog.ts";
import type { HistoryLine } from "../../src/domain/catalog/release-history.ts";
import type { CatalogUpdate } from "../../src/domain/catalog/update.ts";
import type { OperatingSystem } from "../../src/domain/fleet/inventory.ts";
import { identifySystem } from "../../src/domain/windows/operating-system.ts";

/** The updates of one system, oldest first. */
export interface KnownUpdates {
  /** cumulative updates, rollups, and what fixes single things */
  readonly own: readonly CatalogUpdate[];
  readonly standalone: readonly CatalogUpdate[];
  readonly net: readonly CatalogUpdate[];
  readonly history: HistoryLine["releases"];
}

/** Looks up the updates of systems; a fleet asks for the same few over and over. */
export class UpdateLookup {
  readonly #catalog: Catalog;
  readonly #known = new Map<string, KnownUpdates>();

  constructor(catalog: Catalog) {
    this.#catalog = catalog;
  }

  of(os: OperatingSystem): KnownUpdates {
    const system = identifySystem(os);
    const name = system.status === "supported" ? system.productName : "";
    const known = this.#known.get(name) ?? this.#find(name, os);
    this.#known.set(name, known);
    return known;
  }

  #find(name: string, os: OperatingSystem): KnownUpdates {
    const all = inOrder(this.#catalog.product(name)?.updates ?? []);
    const isServer = os.installationType !== "Client";
    const line = this.#catalog.content.history.find(
      ({ build, product, channel }) => channel === "rollup" && build === os.build && product.startsWith("Windows Server") === isServer,
    );
    return {
      own: all.filter(({ kind }) => kind !== "independent"),
      standalone: all.filter(({ kind }) => kind === "independent"),
      net: inOrder(this.#catalog.componentsOn(name).flatMap(({ product, is }) => (is.component.is === "net" ? product.updates : []))),
      history: line?.releases ?? [],
    };
  }

  kbOf({ kb }: CatalogUpdate): string {
    return this.#catalog.content.kbs[kb]?.id ?? "";
  }
}

function inOrder(updates: readonly CatalogUpdate[]): readonly CatalogUpdate[] {
  return [...updates].sort((a, b) => a.month - b.month || (a.revision ?? 0) - (b.revision ?? 0) || a.kb - b.kb);
}
