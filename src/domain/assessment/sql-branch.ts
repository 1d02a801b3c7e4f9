import type { Catalog } from "../catalog/catalog.ts";
import type { CatalogProduct } from "../catalog/update.ts";
import { compareVersions, parseVersion } from "../windows/version.ts";

/** Which of SQL Server's lines an installation is on: security fixes only (GDR), or cumulative updates (CU). */
export type SqlBranch =
  | { readonly is: "branch"; readonly products: readonly CatalogProduct[] }
  | { readonly is: "undecided"; readonly why: string }
  /** tools, drivers and setup parts that merely have "SQL Server" in their name */
  | { readonly is: "other" };

const ENGINE = /^(?:Microsoft )?SQL Server (\d{4}(?: R2)?)\b/;

/** Parts of an installation that have a version of their own and no KB: they follow the engine, or are tools. */
const PARTS =
  /Management|Client|ODBC|OLE DB|Reporting|Integration|Analysis|Data-Tier|Setup|Browser|Writer|Polic|Compact|LocalDB|CLR|T-?SQL|Transact|Books|Advisor|Common|Connection|Parser|XEvent|DMF|Shared|RsFx|Documentation|Tools|Hotfix|Data Quality|Machine Learning|PolyBase|Full-?Text|Replication|Linux|Report Builder|Upgrade|Command Line|System Types|Batch|Express Service|Sync/i;

/** What lists of programs name: the version there is the one first installed, not the one it was patched to. */
const PROGRAM_LIST = /\((?:64|32)-bit\)|Database Engine Services/;

/**
 * Chooses by version among the products of one SQL Server. `(CU 16)`, `(CU 22)`, … are one line: the update of a later one holds the earlier.
 * Builds of one line share their thousands (2019: 15.0.2xxx GDR, 15.0.4xxx CU); where two lines do, the lower one ends where its fixes end.
 */
export function sqlBranch(catalog: Catalog, name: string, version: readonly number[] | undefined): SqlBranch {
  const year = ENGINE.exec(name)?.[1];
  if (year === undefined || PARTS.test(name)) return { is: "other" };
  if (PROGRAM_LIST.test(name)) {
    return {
      is: "undecided",
      why: `${name}: the list of programs shows the version first installed, not the one it was patched to; give MSRC's name and the server's version`,
    };
  }
  const family = catalog.applications.filter(
    (product) => product.name.startsWith(`Microsoft SQL Server ${year} `) || product.name === `Microsoft SQL Server ${year}`,
  );
  const lines = byLine(family);
  const named = lines.get(lineOf(name));
  if (version === undefined) {
    if (named !== undefined && named.length > 0 && isLineName(name)) return { is: "branch", products: named };
    return { is: "undecided", why: `${name}: without its version nobody can tell whether it follows GDR or CU updates` };
  }
  if (named !== undefined && isLineName(name) && (fixesOf(named).length === 0 || sharesThousands(named, version))) {
    return { is: "branch", products: named };
  }
  const candidates = [...lines.values()].filter((products) => sharesThousands(products, version)).sort(byHighestFix);
  const products = candidates.find((line) => compareVersions(highestFix(line), version) >= 0) ?? candidates.at(-1);
  return products === undefined
    ? { is: "undecided", why: `${name} ${version.join(".")} is on no line of SQL Server that the catalog knows` }
    : { is: "branch", products };
}

function byLine(family: readonly CatalogProduct[]): ReadonlyMap<string, CatalogProduct[]> {
  const lines = new Map<string, CatalogProduct[]>();
  for (const product of family) lines.set(lineOf(product.name), [...(lines.get(lineOf(product.name)) ?? []), product]);
  return lines;
}

/** A product name without the number of its cumulative update. */
function lineOf(name: string): string {
  return name.replace(/\(CU ?\d*\)/, "(CU)");
}

function isLineName(name: string): boolean {
  return /\((?:GDR|QFE|CU ?\d*)\)|Azure Connect/.test(name);
}

function sharesThousands(products: readonly CatalogProduct[], version: readonly number[]): boolean {
  return fixesOf(products).some(
    (fix) => fix[0] === version[0] && Math.floor((fix[2] ?? 0) / 1000) === Math.floor((version[2] ?? 0) / 1000),
  );
}

function byHighestFix(a: readonly CatalogProduct[], b: readonly CatalogProduct[]): number {
  return compareVersions(highestFix(a), highestFix(b));
}

function highestFix(products: readonly CatalogProduct[]): readonly number[] {
  return fixesOf(products).reduce((highest, fix) => (compareVersions(fix, highest) > 0 ? fix : highest), [0]);
}

function fixesOf(products: readonly CatalogProduct[]): (readonly number[])[] {
  return products
    .flatMap((product) => product.updates.map((update) => (update.version === null ? undefined : parseVersion(update.version))))
    .filter((fix) => fix !== undefined);
}
