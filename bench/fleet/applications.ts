import type { Chance } from "../../sample/seeded-chance.ts";
import type { Catalog } from "../../src/domain/catalog/catalog.ts";
import type { CatalogProduct, CatalogUpdate } from "../../src/domain/catalog/update.ts";
import type { InstalledSoftware } from "../../src/domain/fleet/inventory.ts";

/** The applications of a device, and the patches of those that Windows Installer patches. */
export interface DrawnApplications {
  readonly software: readonly InstalledSoftware[];
  readonly msiPatchKbs: readonly string[] | null;
}

/** Draws the applications that have updates: real versions and patches from the catalog, as far behind as the device is, or a little more. */
export class ApplicationDraw {
  readonly #catalog: Catalog;
  readonly #sql: readonly CatalogProduct[];
  readonly #exchange: readonly CatalogProduct[];
  readonly #sharePoint: readonly CatalogProduct[];
  readonly #office: readonly CatalogProduct[];

  constructor(catalog: Catalog) {
    this.#catalog = catalog;
    const named = (pattern: RegExp): readonly CatalogProduct[] => catalog.applications.filter(({ name }) => pattern.test(name));
    this.#sql = named(/^Microsoft SQL Server 20(?:16|17|19|22)\b.*\((?:GDR|CU ?\d*)\)/).filter(hasVersions);
    this.#exchange = named(/^Microsoft Exchange Server 20(?:16|19) Cumulative Update/);
    this.#sharePoint = named(/^Microsoft SharePoint (?:Enterprise )?Server (?:2016|2019)$/);
    this.#office = named(/^Microsoft (?:Office|Excel|Word|Outlook|PowerPoint|Access|Publisher) 2016 \(32-bit edition\)$/);
  }

  of(isServer: boolean, until: number, chance: Chance): DrawnApplications {
    return isServer ? this.#ofServer(until, chance) : this.#ofClient(until, chance);
  }

  #ofServer(until: number, chance: Chance): DrawnApplications {
    const software: InstalledSoftware[] = [];
    if (chance.percent(15)) software.push(...this.#sqlServer(until, chance));
    if (chance.percent(3)) software.push(...one(this.#exchange, chance).map(({ name }) => ({ vendor: "Microsoft Corporation", name })));
    if (chance.percent(2)) software.push(...one(this.#sharePoint, chance).map(({ name }) => ({ vendor: "Microsoft Corporation", name })));
    return { software, msiPatchKbs: null };
  }

  #sqlServer(until: number, chance: Chance): InstalledSoftware[] {
    return one(this.#sql, chance).flatMap(({ name, updates }) => {
      const versions = updates.filter(({ month, version }) => month <= until && version !== null);
      const version = (versions.at(-1) ?? updates.find((update) => update.version !== null))?.version;
      const plain = name.replace(/ for (?:x64|32-bit).*$/, "").replace(/ \(.*$/, "");
      return version == null ? [] : [{ vendor: "Microsoft Corporation", name: plain, version }];
    });
  }

  /** Most have Microsoft 365, which updates itself; one in seven an Office that Windows Installer patches. */
  #ofClient(until: number, chance: Chance): DrawnApplications {
    const drawn = chance.among([60, 15, 25]);
    const vendor = "Microsoft Corporation";
    if (drawn === 0) return { software: [{ vendor, name: "Microsoft 365 Apps for enterprise - en-us" }], msiPatchKbs: null };
    if (drawn === 2 || this.#office.length === 0) return { software: [], msiPatchKbs: null };
    const software = [{ vendor, name: "Microsoft Office Professional Plus 2016", version: "16.0.4266.1001" }];
    // The lists of Office's patches are not always asked for.
    if (chance.percent(20)) return { software, msiPatchKbs: null };
    const patches = this.#office.flatMap(({ updates }) => updates.filter(({ month }) => month <= until - chance.below(2)).slice(-2));
    return { software, msiPatchKbs: [...new Set(patches.map((update) => this.#kbOf(update)))] };
  }

  #kbOf({ kb }: CatalogUpdate): string {
    return this.#catalog.content.kbs[kb]?.id ?? "";
  }
}

function hasVersions({ updates }: CatalogProduct): boolean {
  return updates.some(({ version }) => version !== null);
}

function one<T>(list: readonly T[], chance: Chance): readonly T[] {
  const picked = list.length === 0 ? undefined : list[chance.below(list.length)];
  return picked === undefined ? [] : [picked];
}
