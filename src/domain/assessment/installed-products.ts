import type { InstalledSoftware, Inventory } from "../fleet/inventory.ts";
import { remembered } from "../remembered.ts";
import { compareTexts } from "../text-order.ts";
import { identifySystem, type SupportedSystem } from "../windows/operating-system.ts";
import { otherSoftware, softwareIdOfApplication, vendorOfServiced } from "../windows/software-id.ts";
import { partsOf, productsOf, type SystemParts, systemParts } from "./components.ts";
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

/** Entries, and systems, remembered at most; past that the memory starts anew. */
const MOST_ENTRIES = 50_000;
/** Of what software says of one system's parts, the same. */
const MOST_PARTS = 100;

/** A product with what lists of products are ordered and freed of repetitions by. */
interface ListedProduct {
  readonly product: InstalledProduct;
  /** vendor and name */
  readonly name: string;
  /** the same with the version */
  readonly key: string;
}

/** What is listed of a list of software. */
interface ListedSoftware {
  readonly products: readonly ListedProduct[];
  /** what of it speaks of the system's own parts, as text */
  readonly parts: string;
}

/** What is listed of a system. */
interface ListedSystem {
  /** undefined: nobody knows what it is */
  readonly system: SupportedSystem | undefined;
  /** itself and its components, by what the software says of these */
  readonly byParts: Map<string, readonly ListedProduct[]>;
}

/** Lists what is installed on devices. A fleet names the same software over and over, so what an entry is gets worked out once. */
export class ProductLister {
  readonly #planner: Planner;
  readonly #entries = new Map<string, ListedProduct>();
  readonly #own = new Map<string, ListedProduct>();
  readonly #components = new Map<string, readonly ListedProduct[]>();
  readonly #software = remembered((software: Inventory["software"]) => this.#listSoftware(software));
  readonly #systems = remembered(listSystem);

  constructor(planner: Planner) {
    this.#planner = planner;
  }

  /** The system, its components, and what is installed on it. */
  of(inventory: Pick<Inventory, "os" | "software">): readonly InstalledProduct[] {
    const { products, parts } = this.#software(inventory.software);
    const { system, byParts } = this.#systems(inventory.os);
    if (system === undefined) return withoutRepeats(products);
    const own = byParts.get(parts) ?? this.#systemProducts(system, inventory);
    if (byParts.size >= MOST_PARTS) byParts.clear();
    byParts.set(parts, own);
    return withoutRepeats([...own, ...products]);
  }

  #listSoftware(software: Inventory["software"]): ListedSoftware {
    return { products: software.map((entry) => this.#productOf(entry)).sort(byKey), parts: JSON.stringify(systemParts(software)) };
  }

  #systemProducts(system: SupportedSystem, inventory: Pick<Inventory, "os" | "software">): readonly ListedProduct[] {
    const own = this.#systemProduct(system.softwareId, systemVersion(inventory.os));
    const parts = partsOf(system, inventory);
    const known = this.#components.get(parts.key);
    if (known !== undefined) return [own, ...known];
    if (this.#components.size >= MOST_ENTRIES) this.#components.clear();
    const components = componentsOf(this.#planner, system, parts);
    this.#components.set(parts.key, components);
    return [own, ...components];
  }

  #systemProduct(softwareId: string, version: string): ListedProduct {
    const key = `${softwareId}\n${version}`;
    const known = this.#own.get(key);
    if (known !== undefined) return known;
    if (this.#own.size >= MOST_ENTRIES) this.#own.clear();
    const product = listed({ vendor: "microsoft", softwareId, version, isServiced: true });
    this.#own.set(key, product);
    return product;
  }

  #productOf(entry: InstalledSoftware): ListedProduct {
    const key = `${entry.name}\n${entry.version ?? ""}\n${entry.vendor ?? ""}`;
    const known = this.#entries.get(key);
    if (known !== undefined) return known;
    if (this.#entries.size >= MOST_ENTRIES) this.#entries.clear();
    const product = listed(productOfEntry(this.#planner, entry));
    this.#entries.set(key, product);
    return product;
  }
}

function listSystem(os: Inventory["os"]): ListedSystem {
  const system = identifySystem(os);
  return { system: system.status === "supported" ? system : undefined, byParts: new Map() };
}

/** `10.0.19045.2965`; without the revision where that is not known */
export function systemVersion({ version = "10.0", build, ubr }: Inventory["os"]): string {
  return [version, build, ubr].filter((part) => part !== undefined).join(".");
}

function componentsOf(planner: Planner, system: SupportedSystem, parts: SystemParts): ListedProduct[] {
  const components = new Set(productsOf(planner.catalog, system, parts).map(({ softwareId }) => softwareId));
  components.delete(system.softwareId);
  const net = [...parts.netVersions].sort().at(-1) ?? "";
  const componentOf = (softwareId: string): ListedProduct => {
    const version = softwareId === ".net_framework" ? net : "";
    return listed({ vendor: vendorOfServiced(softwareId), softwareId, version, isServiced: true });
  };
  return [...components].map(componentOf).sort(byKey);
}

function listed(product: InstalledProduct): ListedProduct {
  const name = `${product.vendor}|${product.softwareId}`;
  return { product, name, key: `${name}|${product.version}` };
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
function withoutRepeats(products: readonly ListedProduct[]): readonly InstalledProduct[] {
  const versioned = new Set<string>();
  for (const { product, name } of products) if (product.version !== "") versioned.add(name);
  const kept = new Set<string>();
  return products.flatMap(({ product, name, key }) => {
    if (kept.has(key) || (product.version === "" && versioned.has(name))) return [];
    kept.add(key);
    return [product];
  });
}

function byKey(a: ListedProduct, b: ListedProduct): number {
  return compareTexts(a.key, b.key);
}
