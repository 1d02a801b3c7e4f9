import type { Catalog } from "../catalog/catalog.ts";
import type { CatalogProduct } from "../catalog/update.ts";

/** The programs of an Office suite, as MSRC names them apart. */
const SUITE = ["Office", "Excel", "Word", "PowerPoint", "Outlook", "OneNote", "Publisher"] as const;

/** Editions that bring Access too. */
const WITH_ACCESS = /Professional|Plus|Enterprise/;

/**
 * MSRC's products behind an Office MSI installation as it names itself: `Microsoft Office Professional Plus 2016`, `Microsoft Visio Standard 2013`.
 * The name does not say whether it is the 32-bit or the 64-bit edition; both have the same KBs, so the edition that MSRC lists first stands for both.
 */
export function officeProducts(catalog: Catalog, name: string): readonly CatalogProduct[] {
  const year = / (2007|2010|2013|2016)\b/.exec(name)?.[1];
  if (
    year === undefined ||
    /\b(?:MUI|Proofing|Language Pack|Viewer|Compatibility|Shared|Service Pack|Update|Database Engine|Interop|Web Components|Developer)\b/.test(
      name,
    )
  )
    return [];
  const program = /^Microsoft (Excel|Word|PowerPoint|Outlook|Access|Publisher|Visio|Project|OneNote)\b/.exec(name)?.[1];
  const programs = program === undefined ? [...SUITE, ...(WITH_ACCESS.test(name) ? ["Access"] : [])] : ["Office", program];
  const edition = /\b64-bit\b/.test(name) ? "64-bit" : "32-bit";
  return programs.flatMap((title) => editionOf(catalog, `Microsoft ${title} ${year}`, edition));
}

/** `Microsoft Word 2013` alone and `… Service Pack 1` are one installation to those who patch it: both products count. */
function editionOf(catalog: Catalog, title: string, edition: string): readonly CatalogProduct[] {
  const pattern = new RegExp(`^${title}(?: Service Pack \\d)?(?: \\(${edition} editions?\\))?$`);
  return catalog.applications.filter((product) => pattern.test(product.name));
}
