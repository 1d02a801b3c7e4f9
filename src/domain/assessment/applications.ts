import type { Catalog } from "../catalog/catalog.ts";
import type { CatalogProduct } from "../catalog/update.ts";
import type { InstalledSoftware } from "../fleet/inventory.ts";
import { normalizeProductName } from "../windows/product-names.ts";
import { parseVersion } from "../windows/version.ts";
import { officeProducts } from "./office.ts";
import { sqlBranch } from "./sql-branch.ts";

/** An installed application that has KBs, with the products its updates are listed under. */
export interface ApplicationScope {
  /** the products' names: applications with the same key share plans */
  readonly key: string;
  /** as the inventory names it */
  readonly name: string;
  readonly products: readonly CatalogProduct[];
  readonly version: readonly number[] | undefined;
  /** patched by Windows Installer: no hotfix list names its KBs */
  readonly isMsi: boolean;
}

/** What the installed software comes to: applications to assess, and sentences on those that cannot be. */
export interface Applications {
  readonly scopes: readonly ApplicationScope[];
  /** true of the device, and no gap in the answer */
  readonly remarks: readonly string[];
  /** reasons why the answer has a gap */
  readonly gaps: readonly string[];
}

/** What one entry of an inventory's software comes to; undefined: nothing that MSRC lists KBs for. */
export type Finding = { readonly scope: ApplicationScope } | { readonly remark: string } | { readonly gap: string } | undefined;

/** Collects what the installed software comes to, in an order of its own: the same software gives the same answer in any order. */
export function applicationsOf(findings: readonly Finding[]): Applications {
  const scopes = new Map<string, ApplicationScope>();
  const remarks = new Set<string>();
  const gaps = new Set<string>();
  for (const finding of findings) {
    if (finding === undefined) continue;
    if ("scope" in finding) keepFirstByName(scopes, finding.scope);
    else if ("remark" in finding) remarks.add(finding.remark);
    else gaps.add(finding.gap);
  }
  const inOrder = [...scopes].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, scope]) => scope);
  return { scopes: inOrder, remarks: [...remarks].sort(), gaps: [...gaps].sort() };
}

/** Two instances of one application may have different versions: both count. One that is listed under two names is one. */
function keepFirstByName(scopes: Map<string, ApplicationScope>, scope: ApplicationScope): void {
  const key = `${scope.key}|${scope.isMsi ? "" : (scope.version?.join(".") ?? "")}`;
  const known = scopes.get(key);
  if (known === undefined || scope.name < known.name) scopes.set(key, scope);
}

/** Finds the application behind an entry. Software of other vendors, and of Microsoft's without KBs, is passed over in silence. */
export function recogniseApplication(catalog: Catalog, entry: InstalledSoftware): Finding {
  const name = normalizeProductName(entry.name);
  const version = entry.version === undefined ? undefined : parseVersion(entry.version);
  if (isClickToRun(name)) return { remark: `${entry.name} updates itself and has no KB` };
  if (/\bSQL Server \d{4}/.test(name)) return sqlServer(catalog, name, version);
  if (/^Microsoft Exchange Server \w/.test(name)) return exchange(catalog, name, version);
  const exact = applicationNamed(catalog, name);
  const isOffice = OFFICE.test(name);
  if (exact !== undefined) return scopeOf(entry.name, [exact], version, isOffice);
  const products = isOffice ? officeProducts(catalog, name) : [];
  return products.length === 0 ? undefined : scopeOf(entry.name, products, version, true);
}

function scopeOf(name: string, products: readonly CatalogProduct[], version: readonly number[] | undefined, isMsi: boolean): Finding {
  return { scope: { key: products.map((product) => product.name).join("|"), name, products, version, isMsi } };
}

const OFFICE = /^Microsoft (?:Office|Excel|Word|PowerPoint|Outlook|Access|Publisher|Visio|Project|OneNote)\b.* (?:2007|2010|2013|2016)\b/;

/** Click to Run installs carry a language (`… 2016 - en-us`) or say so; from 2019 on there is nothing else. */
function isClickToRun(name: string): boolean {
  if (/\bClick-to-Run\b|^Microsoft 365 Apps|^Microsoft Office 365|^Office 365 ProPlus/.test(name)) return true;
  if (/^Microsoft Office (?:LTSC|.*\b(?:2019|2021|2024)\b)/.test(name) && !/for Mac/.test(name)) return true;
  return OFFICE.test(name) && / - [a-z]{2}-[a-z]{2}$/i.test(name);
}

function applicationNamed(catalog: Catalog, name: string): CatalogProduct | undefined {
  return catalog.application(name) ?? catalog.application(`Microsoft ${name}`);
}

function sqlServer(catalog: Catalog, name: string, version: readonly number[] | undefined): Finding {
  const branch = sqlBranch(catalog, name, version);
  if (branch.is === "other") return undefined;
  if (branch.is === "undecided") return { gap: branch.why };
  return scopeOf(name, branch.products, version, false);
}

/**
 * The cumulative update is in the product's name; else its builds tell: fixed builds of one cumulative update share their first three numbers.
 * The products without one in their name ("Microsoft Exchange Server 2016") hold old slips, and say nothing about an installation.
 */
function exchange(catalog: Catalog, name: string, version: readonly number[] | undefined): Finding {
  const exact = NAMES_ITS_LEVEL.test(name) ? applicationNamed(catalog, name) : undefined;
  if (exact !== undefined) return scopeOf(name, [exact], version, false);
  if (version === undefined)
    return { gap: `${name}: which cumulative update it has is not said; give MSRC's full name or the file version` };
  const products = catalog.applications.filter((product) => isExchangeLevel(product.name) && sharesBuild(product, version));
  if (products.length === 0) return { gap: `${name} ${version.join(".")} matches no cumulative update that the catalog knows` };
  return scopeOf(name, products, version, false);
}

const NAMES_ITS_LEVEL = /Cumulative Update|Update Rollup|Service Pack|RTM$/;

function isExchangeLevel(name: string): boolean {
  return name.startsWith("Microsoft Exchange Server") && NAMES_ITS_LEVEL.test(name);
}

function sharesBuild(product: CatalogProduct, version: readonly number[]): boolean {
  return product.updates.some((update) => {
    const fixed = update.version === null ? undefined : parseVersion(update.version);
    return fixed !== undefined && [0, 1, 2].every((part) => fixed[part] === version[part]);
  });
}
