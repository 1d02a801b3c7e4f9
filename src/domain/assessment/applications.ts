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
  /** the products are names of one thing, with one line of updates */
  readonly asOne: boolean;
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
  if (/^Microsoft Exchange Server\b/.test(name)) return exchange(catalog, name, version);
  if (OFFICE.test(name)) return office(catalog, entry.name, name);
  const exact = catalog.application(name) ?? catalog.application(`Microsoft ${name}`);
  // SharePoint 2016 stands under two names in MSRC's tree, and most of its updates under the longer one
  const products = exact === undefined || /SharePoint/.test(name) ? catalog.applicationsLike(name) : [exact];
  if (products.length > 0) return scopeOf(entry.name, products, version, { isMsi: /Lync|Skype/.test(name), asOne: true });
  return HAS_KBS.test(name) ? { gap: `${entry.name}: the catalog has no product of that name; give MSRC's` } : undefined;
}

/** Families whose updates have KBs: one that is not recognised is a gap, not nothing. */
const HAS_KBS = /^(?:Microsoft )?(?:SharePoint (?:Enterprise Server|Server|Foundation) |Lync (?:Basic )?20|Skype for Business 20)/;

interface ScopeKind {
  readonly isMsi?: boolean;
  readonly asOne?: boolean;
}

function scopeOf(name: string, products: readonly CatalogProduct[], version: readonly number[] | undefined, kind: ScopeKind): Finding {
  const { isMsi = false, asOne = false } = kind;
  return { scope: { key: products.map((product) => product.name).join("|"), name, products, version, isMsi, asOne } };
}

function office(catalog: Catalog, spelt: string, name: string): Finding {
  const exact = catalog.application(name);
  const products = exact === undefined ? officeProducts(catalog, name) : [exact];
  return products.length === 0 ? undefined : scopeOf(spelt, products, undefined, { isMsi: true });
}

const OFFICE = /^Microsoft (?:Office|Excel|Word|PowerPoint|Outlook|Access|Publisher|Visio|Project|OneNote)\b.* (?:2007|2010|2013|2016)\b/;

/** Click to Run installs carry a language (`… 2016 - en-us`) or say so; from 2019 on there is nothing else. */
function isClickToRun(name: string): boolean {
  if (/\bClick-to-Run\b|^Microsoft 365\b|^Microsoft Office 365|^Office 365 ProPlus/.test(name)) return true;
  if (/^Microsoft Office (?:LTSC|.*\b(?:2019|2021|2024)\b)/.test(name) && !/for Mac/.test(name)) return true;
  return OFFICE.test(name) && / - [a-z]{2}-[a-z]{2}$/i.test(name);
}

function sqlServer(catalog: Catalog, name: string, version: readonly number[] | undefined): Finding {
  const branch = sqlBranch(catalog, name, version);
  if (branch.is === "other") return undefined;
  if (branch.is === "undecided") return { gap: branch.why };
  return scopeOf(name, branch.products, version, { asOne: true });
}

/**
 * The cumulative update is in the product's name; else its builds tell: fixed builds of one cumulative update share their first three numbers.
 * The products without one in their name ("Microsoft Exchange Server 2016") hold old slips, and say nothing about an installation.
 */
function exchange(catalog: Catalog, name: string, version: readonly number[] | undefined): Finding {
  const exact = NAMES_ITS_LEVEL.test(name) ? catalog.application(name) : undefined;
  if (exact !== undefined) return scopeOf(name, [exact], version, {});
  if (version === undefined) {
    return { gap: `${name}: which cumulative update it has is not said; give MSRC's full name or the file version` };
  }
  const year = /\b(?:20\d\d|Subscription Edition)\b/.exec(name)?.[0] ?? "";
  const levels = catalog.applications.filter((product) => isExchangeLevel(product.name) && product.name.includes(year));
  const products = levels.filter((product) => mostFrequentBuild(product) === version.slice(0, BUILD_PARTS).join("."));
  if (products.length === 0) return { gap: `${name} ${version.join(".")} matches no cumulative update that the catalog knows` };
  return scopeOf(name, products, version, {});
}

const NAMES_ITS_LEVEL = /Cumulative Update|Update Rollup|Service Pack|RTM$/;

/** 15.2.1258 of 15.2.1258.34 */
const BUILD_PARTS = 3;

function isExchangeLevel(name: string): boolean {
  return name.startsWith("Microsoft Exchange Server") && NAMES_ITS_LEVEL.test(name);
}

/** Rows of one cumulative update now and then carry the build of another: most of them do not. */
function mostFrequentBuild(product: CatalogProduct): string | undefined {
  const counts = new Map<string, number>();
  for (const { version } of product.updates) {
    const build = version === null ? undefined : parseVersion(version)?.slice(0, BUILD_PARTS).join(".");
    if (build !== undefined) counts.set(build, (counts.get(build) ?? 0) + 1);
  }
  return [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? 1 : -1))[0]?.[0];
}
